// The pages of the window: their key after `g`, their heading, and the facts that stand on them first.

/** `facts` answers texts that the page must show, from the core's own answers. */
export const PAGES = [
  { key: 'o', title: 'Overview', facts: async (rpc) => figures(await rpc('overview')) },
  { key: 'i', title: 'Inventory', facts: async (rpc) => [first(await rows(rpc, 'clients'))] },
  { key: 'b', title: 'Blast radius', facts: async () => [] },
  { key: 'q', title: 'Questions', facts: async () => [] },
  { key: 'k', title: 'Token inspector', facts: async () => [] },
  { key: 'r', title: 'Rotations', facts: async (rpc) => figures(await rpc('rotations')) },
  { key: 't', title: 'Third parties', facts: async (rpc) => figures(await rpc('third_parties')) },
  { key: 'e', title: 'Enforcement', facts: async (rpc) => (await rpc('enforcement')).rows.map((row) => row.name) },
  { key: 'm', title: 'Imports', facts: async () => [] },
  { key: 'p', title: 'Audit packs', facts: async () => [] },
  { key: 'a', title: 'Activity log', facts: async () => [] },
  { key: 's', title: 'Settings', facts: async () => [] },
];

function figures(answer) {
  return answer.figures.flatMap((figure) => [figure.label, figure.value]);
}

/** The window's own first rows of a table. */
export async function rows(rpc, table, filter) {
  const info = (await rpc('tables')).find((each) => each.name === table);
  return rpc('rows', { table, filter: filter ?? info.default_filter, sort: info.default_sort, columns: [], offset: 0, limit: 50 });
}

function first(answer) {
  return String(answer.rows[0].cells[0]);
}
