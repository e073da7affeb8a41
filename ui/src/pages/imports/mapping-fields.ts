// The fields that a column of a CSV may become, per kind of row; `key` = a row without it is rejected. The core's own list stands in
// src/importers/mapping.rs and decides; this one only proposes.

export type MappingField = { name: string; key: boolean };

const key = (name: string): MappingField => ({ name, key: true });
const field = (name: string): MappingField => ({ name, key: false });

export const MAPPING_FIELDS: Record<string, MappingField[]> = {
  clients: [
    key('client_id'), field('name'), field('kind'), field('enabled'), field('holder'), field('vendor'), field('publisher'),
    field('verified'), field('environment'), field('internet'), field('created_at'), field('last_used_at'), field('owner'),
    field('application'),
  ],
  credentials: [
    key('client_id'), field('credential_id'), key('kind'), field('name'), field('created_at'), field('activated_at'), field('expires_at'),
    field('last_used_at'), field('fingerprint'),
  ],
  grants: [
    key('client_id'), key('audience'), key('scope'), field('scope_kind'), field('mode'), field('principal'), field('granted_at'),
    field('expires_at'),
  ],
  audiences: [
    key('audience'), field('name'), field('boundary'), field('data_classes'), field('impact'), field('high_risk'), field('function'),
    field('environment'),
  ],
  owners: [
    field('subject_kind'), key('subject'), key('owner'), field('owner_kind'), field('role'), field('contact'), field('status'),
  ],
  vendors: [
    key('vendor'), field('contact'), field('contract'),
  ],
  reach_edges: [
    key('kind'), key('from'), key('to'), field('from_kind'), field('to_kind'), field('to_source'), field('to_source_name'),
    field('evidence'), field('subject_pattern'),
  ],
};
