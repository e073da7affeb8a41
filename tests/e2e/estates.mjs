// Small estates that the journeys import, written where a test wants them. Names in them are as bad as names can be.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Names that try to be markup, code, another direction, a formula, another name, or very long. */
export const HOSTILE = {
  markup: '<img src=x onerror="window.pwned=1"><script>window.pwned=2</script>',
  template: '{@html pwned}{{constructor.constructor("window.pwned=3")()}}${window.pwned=4}',
  link: 'javascript:window.pwned=5',
  direction: 'Invoice \u202Efdp.exe\u202C tool',
  hidden: 'Out\u200Blook\u2066\u0007',
  formula: "=cmd|' /C calc'!A0",
  alike: '\u041Eutlook',
  long: `Very ${'long '.repeat(2000)}name`,
};

const TENANT = '11111111-2222-4333-8444-555555555555';
const GRAPH = '00000003-0000-0000-c000-000000000000';
const id = (n) => `aaaaaaaa-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** Graph pages of a tenant whose applications carry the hostile names; each holds a secret that must never be kept. */
export async function hostileTenant(folder) {
  await mkdir(folder, { recursive: true });
  const names = Object.values(HOSTILE);
  const resource = {
    id: id(900),
    appId: GRAPH,
    displayName: 'Microsoft Graph',
    servicePrincipalType: 'Application',
    appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
    appRoles: [{ id: id(901), value: 'Mail.ReadWrite', displayName: 'Read and write mail', allowedMemberTypes: ['Application'], isEnabled: true }],
    oauth2PermissionScopes: [{ id: id(902), value: 'User.Read', adminConsentDisplayName: 'Sign in', type: 'User', isEnabled: true }],
  };
  const principals = names.map((displayName, n) => ({
    id: id(n + 1),
    appId: id(n + 101),
    displayName,
    servicePrincipalType: 'Application',
    accountEnabled: true,
    // Every second one belongs to somebody outside, with a publisher as bad as the name.
    appOwnerOrganizationId: n % 2 === 0 ? TENANT : id(n + 301),
    ...(n % 2 === 0 ? {} : { verifiedPublisher: { displayName, verifiedPublisherId: String(n), addedDateTime: '2024-01-01T00:00:00Z' } }),
    passwordCredentials: [{ keyId: id(n + 201), displayName: 'key', startDateTime: '2024-01-01T00:00:00Z', endDateTime: '2026-12-31T00:00:00Z', secretText: `CANARY-SECRET-e2e-${n}` }],
  }));
  const assignments = names.map((_, n) => ({
    id: `assignment-${n}`,
    principalId: id(n + 1),
    principalType: 'ServicePrincipal',
    principalDisplayName: names[n],
    resourceId: id(900),
    resourceDisplayName: 'Microsoft Graph',
    appRoleId: id(901),
    createdDateTime: '2024-02-01T00:00:00Z',
  }));
  const collection = (name, value) => ({ '@odata.context': `https://graph.microsoft.com/v1.0/$metadata#${name}`, value });
  const files = {
    'organization.json': collection('organization', [{ id: TENANT, displayName: 'Hostile names', verifiedDomains: [] }]),
    'servicePrincipals.json': collection('servicePrincipals', [resource, ...principals]),
    'appRoleAssignments.json': collection('appRoleAssignments', assignments),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(content, null, 1));
  return { folder, files: Object.keys(files).map((name) => join(folder, name)), clients: names.length };
}
