// The storefront token: four APIs directly, and one more through a secret that one of them holds.
import type { PathStep, TierMap } from '../../api/gen';

const step = (mode: string, from: string, to: string, meaning: string, evidence = 'observed'): PathStep =>
  ({ from, to, mode, meaning, evidence, source: 'tokens.csv, record 12, revision 41' });

const api = (id: string) => ({ table: 'audiences', filter: `key:${id}`, id: null });

export const example: TierMap = {
  columns: ['Unit', 'On the way', 'On the way', 'API', 'Privilege', 'Data class'],
  nodes: [
    { column: 0, name: 'storefront-web', sensitivity: 'regulated', things: 1, share: 73, y: 0, link: null },
    { column: 1, name: 'cart', sensitivity: 'regulated', things: 1, share: 20, y: 0, link: null },
    { column: 2, name: 'support-assistant', sensitivity: 'regulated', things: 1, share: 20, y: 0, link: null },
    { column: 3, name: 'payment', sensitivity: 'regulated', things: 1, share: 40, y: 0, link: api('payment') },
    { column: 3, name: 'vault', sensitivity: 'regulated', things: 1, share: 20, y: 40, link: api('vault') },
    { column: 3, name: 'cart', sensitivity: 'internal', things: 1, share: 13, y: 80, link: api('cart') },
    { column: 4, name: 'admin', sensitivity: 'regulated', things: 1, share: 20, y: 0, link: null },
    { column: 4, name: 'write', sensitivity: 'regulated', things: 1, share: 53, y: 40, link: null },
    { column: 5, name: 'cardholder data', sensitivity: 'regulated', things: 1, share: 60, y: 0, link: null },
    { column: 5, name: 'basket', sensitivity: 'internal', things: 1, share: 13, y: 40, link: null },
  ],
  edges: [
    { from: 0, to: 1, step: step('R1', 'storefront-web', 'cart', 'the token carries cart.write'), steps: 1, share: 20 },
    { from: 0, to: 3, step: step('R1', 'storefront-web', 'payment', 'the token carries payment.write'), steps: 1, share: 40 },
    { from: 0, to: 5, step: step('R1', 'storefront-web', 'cart', 'the token carries cart.write'), steps: 1, share: 13 },
    { from: 1, to: 2, step: step('R9', 'cart', 'support-assistant', 'its data holds credentials of it', 'declared'), steps: 1, share: 20 },
    { from: 2, to: 4, step: step('R3', 'support-assistant', 'vault', 'holds the application permission vault.open'), steps: 2, share: 20 },
    { from: 3, to: 7, step: null, steps: 0, share: 40 },
    { from: 4, to: 6, step: null, steps: 0, share: 20 },
    { from: 5, to: 7, step: null, steps: 0, share: 13 },
    { from: 6, to: 8, step: null, steps: 0, share: 20 },
    { from: 7, to: 8, step: null, steps: 0, share: 40 },
    { from: 7, to: 9, step: null, steps: 0, share: 13 },
  ],
  paths: [
    { nodes: [0, 3, 7, 8], edges: [1, 5, 9], privilege: 'write', share: 40, atoms: 1 },
    { nodes: [0, 1, 2, 4, 6, 8], edges: [0, 3, 4, 6, 8], privilege: 'admin', share: 20, atoms: 1 },
    { nodes: [0, 5, 7, 9], edges: [2, 7, 10], privilege: 'write', share: 13, atoms: 1 },
  ],
  objects: 10,
  groups: 0,
  height: 110,
  node: 30,
};
