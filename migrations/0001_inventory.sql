-- The inventory, first form.
--
-- Every governed table is versioned: `since` is the revision that wrote a row, `until` the one that closed it. A row is
-- visible at revision R when since <= R and (until is null or until > R). Rows are never updated but for `until`, so a
-- digest over the rows of a revision stays checkable for as long as the file lives.
-- `since` and `until` cannot reference `revisions`, because an import writes its rows before its revision exists; the
-- log verification finds a row whose revision is not there.
-- Row ids are given out in ascending order by the one writer: that makes the order of rows inside a revision stable.
-- Small closed lists are stored as the codes of `model::kinds`; the words stand in that file only.

-- Settings that nobody governs (theme, display name) and the mark of an unfinished revision.
create table meta (
  name text primary key,
  value text not null
) strict, without rowid;

-- Who acts. The log names an actor by id, so that a pack can leave names out and its chain still replays.
create table actors (
  id integer primary key,
  name text not null unique
) strict;

-- The log: one entry for each revision, hash-chained (INV-15). The head of the inventory is the largest number.
create table revisions (
  number integer primary key check (number >= 1),
  at integer not null,
  actor integer not null references actors (id),
  action integer not null check (action between 1 and 5),
  reason text not null,
  subject text not null,
  counts text not null check (json_valid(counts)),
  detail text not null check (json_valid(detail)),
  as_of integer,
  as_of_assumed integer not null check (as_of_assumed in (0, 1)),
  digest text not null check (length(digest) = 64),
  prev text not null check (length(prev) = 64),
  hash text not null unique check (length(hash) = 64)
) strict;

-- Source instances. `instance` stays the same when the name becomes known later, so keys need no change.
create table instances (
  id integer primary key,
  since integer not null check (since >= 1),
  until integer check (until > since),
  instance integer not null check (instance >= 1),
  source integer not null check (source between 1 and 63),
  name text not null,
  display_name text,
  assumed integer not null check (assumed in (0, 1))
) strict;
create unique index instances_now on instances (instance) where until is null;

-- Natural keys (INV-03). An entity keeps its row for ever; what is known of it is in the versioned tables.
create table keys (
  id integer primary key,
  since integer not null check (since >= 1),
  kind integer not null check (kind between 1 and 12),
  source integer not null check (source between 1 and 63),
  instance integer not null check (instance >= 1),
  scheme integer not null check (scheme between 0 and 9),
  natural_key text not null collate nocase check (natural_key <> ''),
  unique (instance, kind, natural_key)
) strict;

create table import_files (
  id integer primary key,
  since integer not null check (since >= 1),
  name text not null,
  sha256 text not null check (length(sha256) = 64),
  bytes integer not null check (bytes >= 0),
  importer text,
  source integer check (source between 1 and 63),
  instance integer,
  completeness integer not null check (completeness between 0 and 2),
  read integer not null,
  accepted integer not null,
  merged integer not null,
  rejected integer not null,
  ignored integer not null,
  secrets_dropped integer not null check (secrets_dropped >= 0),
  exported_at integer,
  exported_assumed integer not null check (exported_assumed in (0, 1)),
  check (read = accepted + merged + rejected + ignored)
) strict;

create table import_problems (
  id integer primary key,
  since integer not null check (since >= 1),
  file integer not null references import_files (id),
  severity integer not null check (severity between 0 and 2),
  code text not null,
  record integer not null check (record >= 0),
  position text,
  message text not null
) strict;

-- What an import said about the completeness of a list (decision D10); `parent` when the list is one object's.
create table import_scopes (
  id integer primary key,
  since integer not null check (since >= 1),
  instance integer not null,
  list integer not null check (list between 0 and 127),
  parent integer references keys (id),
  completeness integer not null check (completeness between 0 and 2),
  reason text not null
) strict;

create table identifiers (
  id integer primary key,
  since integer not null check (since >= 1),
  until integer check (until > since),
  entity integer not null references keys (id),
  scheme integer not null check (scheme between 1 and 9),
  value text not null,
  file integer not null,
  record integer not null
) strict;
create unique index identifiers_now on identifiers (entity, scheme, value collate nocase) where until is null;

create table issuers (
  id integer primary key,
  since integer not null check (since >= 1),
  until integer check (until > since),
  entity integer not null references keys (id),
  display_name text not null,
  uri text,
  tenant text,
  access_token_seconds integer,
  session_seconds integer,
  offline_seconds integer,
  held_by integer not null,
  file integer not null,
  record integer not null
) strict;
create unique index issuers_now on issuers (entity) where until is null;

-- `ranks` says for each described column which statement gave it (one character, `-` for none), so that a list that is
-- imported alone later does not overrule a better one (decision D55).
create table clients (
  id integer primary key,
  since integer not null check (since >= 1),
  until integer check (until > since),
  entity integer not null references keys (id),
  display_name text not null,
  state integer not null check (state in (0, 1)),
  kind integer not null check (kind between 0 and 11),
  enabled integer not null check (enabled between 0 and 2),
  publisher text,
  publisher_verified integer not null check (publisher_verified between 0 and 2),
  owner_tenant text,
  multi_tenant integer not null check (multi_tenant between 0 and 2),
  built_in integer not null check (built_in in (0, 1)),
  stated_holder integer check (stated_holder between 0 and 3),
  vendor integer references keys (id),
  application integer references keys (id),
  environment integer not null check (environment between 0 and 4),
  internet integer not null check (internet between 0 and 2),
  grant_types text,
  created_at integer,
  last_used_at integer,
  access_token_seconds integer,
  ranks text not null,
  held_by integer not null,
  file integer not null,
  record integer not null
) strict;
create unique index clients_now on clients (entity) where until is null;

-- Never a value of a credential: there is no column that could hold one (INV-01).
create table credentials (
  id integer primary key,
  since integer not null check (since >= 1),
  until integer check (until > since),
  entity integer not null references keys (id),
  client integer not null references keys (id),
  kind integer not null check (kind between 1 and 15),
  display_name text not null,
  created_at integer,
  activated_at integer,
  expires_at integer,
  last_used_at integer,
  fingerprint text,
  shared_value text,
  federated_issuer text,
  federated_subject text,
  held_by integer not null,
  file integer not null,
  record integer not null
) strict;
create unique index credentials_now on credentials (entity) where until is null;

create table audiences (
  id integer primary key,
  since integer not null check (since >= 1),
  until integer check (until > since),
  entity integer not null references keys (id),
  display_name text not null,
  state integer not null check (state in (0, 1)),
  client integer references keys (id),
  boundary text,
  data_classes text,
  impact integer check (impact between 1 and 4),
  high_risk integer not null check (high_risk between 0 and 2),
  function text,
  environment integer not null check (environment between 0 and 4),
  built_in integer not null check (built_in in (0, 1)),
  ranks text not null,
  held_by integer not null,
  file integer not null,
  record integer not null
) strict;
create unique index audiences_now on audiences (entity) where until is null;

create table scopes (
  id integer primary key,
  since integer not null check (since >= 1),
  until integer check (until > since),
  entity integer not null references keys (id),
  audience integer not null references keys (id),
  kind integer not null check (kind between 1 and 7),
  value text not null,
  source_id text,
  display_name text,
  state integer not null check (state in (0, 1)),
  implies text,
  held_by integer not null,
  file integer not null,
  record integer not null
) strict;
create unique index scopes_now on scopes (entity) where until is null;

-- The largest table. It is appended in the order of its index, which keeps writing fast, and read as a whole into
-- columns (decision D17); so there is one index, which also says that a grant stands once. `principal` is 0 for none,
-- because a null would not take part in uniqueness.
create table grants (
  id integer primary key,
  since integer not null check (since >= 1),
  until integer check (until > since),
  client integer not null references keys (id),
  scope integer not null references keys (id),
  mode integer not null check (mode between 1 and 4),
  principal integer not null check (principal >= 0),
  origin_kind integer not null check (origin_kind between 1 and 8),
  narrowed integer not null check (narrowed in (0, 1)),
  granted_at integer,
  expires_at integer,
  held_by integer not null,
  file integer not null,
  record integer not null
) strict;
create unique index grants_now on grants (client, scope, mode, principal) where until is null;

create table principals (
  id integer primary key,
  since integer not null check (since >= 1),
  until integer check (until > since),
  entity integer not null references keys (id),
  kind integer not null check (kind between 1 and 5),
  display_name text not null,
  status integer not null check (status between 0 and 4),
  member_count integer,
  ranks text not null,
  held_by integer not null,
  file integer not null,
  record integer not null
) strict;
create unique index principals_now on principals (entity) where until is null;

create table owners (
  id integer primary key,
  since integer not null check (since >= 1),
  until integer check (until > since),
  entity integer not null references keys (id),
  kind integer not null check (kind between 1 and 3),
  display_name text not null,
  contact text,
  status integer not null check (status between 0 and 4),
  client integer references keys (id),
  held_by integer not null,
  file integer not null,
  record integer not null
) strict;
create unique index owners_now on owners (entity) where until is null;

create table ownerships (
  id integer primary key,
  since integer not null check (since >= 1),
  until integer check (until > since),
  subject integer not null references keys (id),
  owner integer not null references keys (id),
  role integer not null check (role between 1 and 5),
  held_by integer not null,
  file integer not null,
  record integer not null
) strict;
create unique index ownerships_now on ownerships (subject, owner, role) where until is null;

create table vendors (
  id integer primary key,
  since integer not null check (since >= 1),
  until integer check (until > since),
  entity integer not null references keys (id),
  display_name text not null,
  contact text,
  contract text,
  held_by integer not null,
  file integer not null,
  record integer not null
) strict;
create unique index vendors_now on vendors (entity) where until is null;

create table reach_edges (
  id integer primary key,
  since integer not null check (since >= 1),
  until integer check (until > since),
  kind integer not null check (kind between 1 and 7),
  from_entity integer not null references keys (id),
  to_entity integer not null references keys (id),
  evidence integer not null check (evidence between 1 and 3),
  subject_pattern text,
  held_by integer not null,
  file integer not null,
  record integer not null
) strict;
create unique index reach_edges_now on reach_edges (kind, from_entity, to_entity) where until is null;

-- What a gateway's configuration says about one of its routes: the checks that it makes before it lets a token through
-- (G1-G5, codes of check_result) and, in words, why. Which API stands behind a route is found when it is read.
create table gateway_routes (
  id integer primary key,
  since integer not null check (since >= 1),
  until integer check (until > since),
  entity integer not null references keys (id),
  display_name text not null,
  gateway text,
  service text,
  hosts text,
  paths text,
  methods text,
  issuers text,
  audiences text,
  scopes text,
  g1 integer not null check (g1 between 0 and 4),
  g2 integer not null check (g2 between 0 and 4),
  g3 integer not null check (g3 between 0 and 4),
  g4 integer not null check (g4 between 0 and 4),
  g5 integer not null check (g5 between 0 and 4),
  told text,
  held_by integer not null,
  file integer not null,
  record integer not null
) strict;
create unique index gateway_routes_now on gateway_routes (entity) where until is null;

-- What people state; laid over what was observed when read. A null subject is the inventory itself.
create table assertions (
  id integer primary key,
  since integer not null check (since >= 1),
  until integer check (until > since),
  subject integer references keys (id),
  attribute text not null check (attribute <> ''),
  value text not null,
  reason text not null,
  actor text not null,
  at integer not null,
  review_at integer
) strict;
create unique index assertions_now on assertions (ifnull(subject, 0), attribute) where until is null;
