// Two examples: the made-up storefront whose one token reaches 4 of 45 APIs, and a CI token that reaches 24 in all six privileges.
import { levelOf, type Compartment, type FloodMap } from './data';

type Reach = Record<string, readonly [privilege: string, steps: number, load: number]>;

/** Name, data class, then x, y, width and height as fractions of the compartment less its head. */
type Plan = { name: string; x: number; y: number; width: number; height: number; cells: readonly (readonly [string, string, number, number, number, number])[] };

const PLAN: readonly Plan[] = [
  {
    name: 'Microsoft 365',
    x: 0,
    y: 0,
    width: 524,
    height: 520.1,
    cells: [
      ['Entra directory', 'restricted', 0, 0, 0.4848, 0.625],
      ['Exchange Online', 'restricted', 0, 0.625, 0.4848, 0.375],
      ['Microsoft Graph', 'restricted', 0.4848, 0, 0.5152, 0.3529],
      ['Intune', 'restricted', 0.4848, 0.3529, 0.2576, 0.3529],
      ['SharePoint Online', 'restricted', 0.7424, 0.3529, 0.2576, 0.3529],
      ['Office 365 Management', 'confidential', 0.4848, 0.7059, 0.2576, 0.2941],
      ['Power BI Service', 'confidential', 0.7424, 0.7059, 0.2576, 0.2941],
    ],
  },
  {
    name: 'Source code',
    x: 0,
    y: 520.1,
    width: 524,
    height: 379.9,
    cells: [
      ['CI variables', 'restricted', 0, 0, 0.4255, 1],
      ['repositories', 'restricted', 0.4255, 0, 0.5745, 0.4444],
      ['issues', 'internal', 0.4255, 0.4444, 0.1915, 0.5556],
      ['package registry', 'internal', 0.617, 0.4444, 0.1915, 0.5556],
      ['runners', 'internal', 0.8085, 0.4444, 0.1915, 0.5556],
    ],
  },
  {
    name: 'Data platform',
    x: 524,
    y: 0,
    width: 410.2,
    height: 457.1,
    cells: [
      ['object store', 'restricted', 0, 0, 0.5, 0.5455],
      ['warehouse', 'restricted', 0.5, 0, 0.5, 0.5455],
      ['dashboards', 'internal', 0, 0.5455, 0.25, 0.4545],
      ['event stream', 'confidential', 0.25, 0.5455, 0.25, 0.4545],
      ['feature store', 'internal', 0.5, 0.5455, 0.25, 0.4545],
      ['notebooks', 'confidential', 0.75, 0.5455, 0.25, 0.4545],
    ],
  },
  {
    name: 'PCI',
    x: 524,
    y: 457.1,
    width: 410.2,
    height: 442.9,
    cells: [
      ['payment', 'regulated', 0, 0, 0.5882, 1],
      ['card vault', 'regulated', 0.5882, 0, 0.4118, 0.4286],
      ['refunds', 'confidential', 0.5882, 0.4286, 0.4118, 0.2857],
      ['settlement', 'confidential', 0.5882, 0.7143, 0.4118, 0.2857],
    ],
  },
  {
    name: 'Commerce',
    x: 934.2,
    y: 0,
    width: 348.6,
    height: 493.5,
    cells: [
      ['cart', 'internal', 0, 0, 0.3333, 0.375],
      ['customer profile', 'confidential', 0.3333, 0, 0.3333, 0.375],
      ['orders', 'internal', 0.6667, 0, 0.3333, 0.375],
      ['pricing', 'internal', 0, 0.375, 0.4, 0.3125],
      ['product', 'public', 0, 0.6875, 0.4, 0.3125],
      ['promotions', 'internal', 0.4, 0.375, 0.3, 0.4167],
      ['search', 'public', 0.7, 0.375, 0.3, 0.4167],
      ['stock', 'internal', 0.4, 0.7917, 0.6, 0.2083],
    ],
  },
  {
    name: 'CRM',
    x: 1282.8,
    y: 0,
    width: 317.2,
    height: 493.5,
    cells: [
      ['cases', 'regulated', 0, 0, 1, 0.4167],
      ['accounts', 'restricted', 0, 0.4167, 0.5238, 0.3182],
      ['campaigns', 'internal', 0, 0.7348, 0.5238, 0.2652],
      ['leads', 'confidential', 0.5238, 0.4167, 0.4762, 0.2917],
      ['opportunities', 'confidential', 0.5238, 0.7083, 0.4762, 0.2917],
    ],
  },
  {
    name: 'HR',
    x: 934.2,
    y: 493.5,
    width: 266.3,
    height: 406.5,
    cells: [
      ['payroll', 'regulated', 0, 0, 0.5556, 0.5745],
      ['employee file', 'restricted', 0.5556, 0, 0.4444, 0.5745],
      ['absence', 'confidential', 0, 0.5745, 0.5, 0.4255],
      ['recruiting', 'confidential', 0.5, 0.5745, 0.5, 0.4255],
    ],
  },
  {
    name: 'Support',
    x: 1200.5,
    y: 493.5,
    width: 399.5,
    height: 208.1,
    cells: [
      ['chat transcripts', 'restricted', 0, 0, 0.3529, 1],
      ['tickets', 'restricted', 0.3529, 0, 0.3529, 1],
      ['knowledge base', 'internal', 0.7059, 0, 0.2941, 1],
    ],
  },
  {
    name: 'Geo',
    x: 1200.5,
    y: 701.6,
    width: 399.5,
    height: 198.4,
    cells: [
      ['location', 'restricted', 0, 0, 0.375, 1],
      ['geocoding', 'internal', 0.375, 0, 0.3125, 1],
      ['routing', 'internal', 0.6875, 0, 0.3125, 1],
    ],
  },
];

const STOREFRONT: Reach = {
  payment: ['write', 1, 0.65],
  location: ['read', 1, 0.32],
  cart: ['write', 1, 0.195],
  product: ['read', 1, 0.02],
};

/** What the same token could do if the gateway were the only wall. */
const BEHIND_GATEWAY: Record<string, string> = {
  refunds: 'write',
  orders: 'write',
  'customer profile': 'write',
  promotions: 'write',
  pricing: 'write',
  search: 'read',
  stock: 'write',
  geocoding: 'read',
  routing: 'read',
};

const PIPELINE: Reach = {
  'Entra directory': ['basic', 2, 0.12],
  'Microsoft Graph': ['read', 2, 0.192],
  'SharePoint Online': ['write', 2, 0.351],
  'Power BI Service': ['basic', 1, 0.08],
  'CI variables': ['escalate', 1, 1],
  repositories: ['admin', 1, 0.68],
  issues: ['read', 1, 0.08],
  'package registry': ['write', 1, 0.13],
  runners: ['admin', 1, 0.51],
  warehouse: ['read', 2, 0.288],
  'object store': ['admin', 2, 0.459],
  'event stream': ['write', 2, 0.292],
  notebooks: ['basic', 1, 0.08],
  cases: ['write', 2, 0.585],
  accounts: ['write', 2, 0.468],
  leads: ['read', 2, 0.18],
  payment: ['read', 3, 0.324],
  refunds: ['write', 2, 0.292],
  orders: ['write', 2, 0.351],
  cart: ['admin', 2, 0.23],
  pricing: ['write', 2, 0.117],
  stock: ['write', 2, 0.117],
  tickets: ['impersonate', 2, 0.684],
  'knowledge base': ['write', 2, 0.117],
};

const PIPELINE_GATEWAY: Record<string, string> = {
  product: 'read',
  search: 'read',
  'customer profile': 'write',
  promotions: 'write',
  location: 'read',
  routing: 'read',
};

/** Stable made-up id of an audience of the example. */
export function idOf(name: string): string {
  return `aud-${name.toLowerCase().replaceAll(' ', '-')}`;
}

function flood(reach: Reach, gateway: Record<string, string>): FloodMap {
  const compartments = PLAN.map((plan): Compartment => {
    const cells = plan.cells.map(([name, sensitivity, x, y, width, height]) => {
      const own = reach[name];
      const behind = own === undefined ? gateway[name] : undefined;
      return {
        id: idOf(name),
        things: 1,
        name,
        sensitivity,
        x,
        y,
        width,
        height,
        privilege: own?.[0] ?? behind ?? 'none',
        steps: own?.[1] ?? (behind === undefined ? 0 : 1),
        gateway_only: behind !== undefined,
        load: own?.[2] ?? 0,
      };
    });
    const gatewayOnly = cells.filter((cell) => cell.gateway_only).length;
    const reached = cells.filter((cell) => cell.privilege !== 'none').length - gatewayOnly;
    const wet = cells.filter((cell) => cell.privilege !== 'none' && (reached === 0 || !cell.gateway_only));
    const privilege = wet.reduce((most, cell) => (levelOf(cell.privilege) > levelOf(most) ? cell.privilege : most), 'none');
    return { name: plan.name, boundary: plan.name, privilege, x: plan.x, y: plan.y, width: plan.width, height: plan.height, audiences: cells.length, reached, gateway_only: gatewayOnly, cells };
  });
  return { compartments, audiences: compartments.reduce((sum, one) => sum + one.cells.length, 0), raised: 27, folded: false };
}

/** One token, 4 of 45 APIs, nine more behind the same gateway. */
export const storefront: FloodMap = flood(STOREFRONT, BEHIND_GATEWAY);

/** A CI token: 24 of 45 APIs, most over several steps. */
export const pipeline: FloodMap = flood(PIPELINE, PIPELINE_GATEWAY);

/** The whole estate with no unit chosen. */
export const dry: FloodMap = flood({}, {});
