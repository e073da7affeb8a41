// Six clients in three bins by four APIs: everybody holds cart, one holds payment.
import type { Matrix, MatrixBin } from '../../api/gen';

const row = (from: number, first: string, last: string, pairs: number): MatrixBin => ({ from, to: from + 2, first, last, group: 'own', pairs, filter: '' });
const api = (from: number, first: string, group: string, pairs: number): MatrixBin => ({ from, to: from + 1, first, last: first, group, pairs, filter: `audience_key:${first}` });

export const example: Matrix = {
  rows: [row(0, 'storefront-web', 'ci-release', 5), row(2, 'mobile', 'partner', 3), row(4, 'batch', 'report', 2)],
  columns: [api(0, 'cart', 'Commerce', 6), api(1, 'product', 'Commerce', 3), api(2, 'payment', 'PCI', 1), api(3, 'ledger', 'Finance', 0)],
  cells: [[0, 0, 2], [0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 1, 1], [2, 0, 2]],
  pairs: 10,
  clients: 6,
  audiences: 4,
};
