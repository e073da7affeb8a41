//! The governed tables, declared once: columns, identity, and how a row struct becomes cells.
//!
//! SQL text is built from these declarations only, so a column name never comes from outside.

use anyhow::Result;

use super::cells::{CellKind, Cells, Field, Value};
use crate::model::id::EntityId;
use crate::model::kinds::*;
use crate::model::rows::*;

/// A column of a governed table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Name in SQL and in drift.
    pub name: &'static str,
    /// Integers or text.
    pub kind: CellKind,
}

/// A governed table. Column numbers count from 0 after `id`, `since` and `until`.
#[derive(Debug)]
pub struct Table {
    /// Name.
    pub name: &'static str,
    /// All columns but `id`, `since` and `until`.
    pub columns: &'static [Column],
    /// Columns that make two rows the same thing.
    pub key: &'static [usize],
    /// Columns that hold entity ids.
    pub refs: &'static [usize],
    /// Whether rows can be closed; other tables are only appended to.
    pub versioned: bool,
    /// Kind of entity that a row describes, for counts; `None` = the table's name is the word.
    pub kind: Option<Kind>,
}

/// Columns that say where a row comes from, not what it says: changes in them alone are no change for people.
pub const PROVENANCE: &[&str] = &["ranks", "held_by", "file", "record"];

impl Table {
    /// Number of a column by its name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// Expression that encodes a row as `cells` does: `id`, `since`, then the columns.
    pub(crate) fn encoding(&self) -> String {
        use std::fmt::Write;
        let mut sql = String::from("concat(id,' ',since,' '");
        for column in self.columns {
            let _ = match column.kind {
                CellKind::Int => write!(sql, ",{},' '", column.name),
                CellKind::Text => write!(sql, ",octet_length({0}),':',{0}", column.name),
            };
        }
        sql.push_str(",char(10))");
        sql
    }
}

/// A row struct and its table.
pub trait StoredRow: Sized {
    /// Its table.
    const TABLE: &'static Table;
    /// Its cells in the order of the table's columns.
    fn put(&self) -> Vec<Value>;
    /// From cells in the order of the table's columns.
    ///
    /// # Errors
    /// The cells do not fit.
    fn get(cells: &mut Cells<'_>) -> Result<Self>;
}

const fn kind_of<R, F: Field>(_: fn(&R) -> &F) -> CellKind {
    F::KIND
}

/// Declares a table and the struct that holds its rows. `field = "column"` where the names differ; `+ ranks` adds the
/// column that only the import engine reads; `origin` adds file and record.
macro_rules! stored {
    ($table:ident = $name:literal, $row:ty, kind $kind:expr, key $key:expr, refs $refs:expr, { $($field:ident $(= $column:literal)?),+ } $(, ranks $ranks:literal)? $(, held $held:ident, origin $origin:ident)? ) => {
        #[doc = concat!("Table `", $name, "`.")]
        pub static $table: Table = Table {
            name: $name,
            columns: &[
                $(Column { name: stored!(@name $field $($column)?), kind: kind_of(|row: &$row| &row.$field) },)+
                $(Column { name: $ranks, kind: CellKind::Text },)?
                $(Column { name: stringify!($held), kind: CellKind::Int }, Column { name: "file", kind: CellKind::Int }, Column { name: "record", kind: CellKind::Int },)?
            ],
            key: $key,
            refs: $refs,
            versioned: true,
            kind: $kind,
        };
        impl StoredRow for $row {
            const TABLE: &'static Table = &$table;
            fn put(&self) -> Vec<Value> {
                vec![
                    $(self.$field.put(),)+
                    $(stored!(@no_ranks $ranks),)?
                    $(self.$held.put(), Value::Int(i64::from(self.$origin.file)), Value::Int(i64::from(self.$origin.record)),)?
                ]
            }
            fn get(cells: &mut Cells<'_>) -> Result<Self> {
                $(let $field = Field::get(cells)?;)+
                $(stored!(@skip $ranks cells);)?
                $(let $held = Field::get(cells)?; let $origin = Origin { file: Field::get(cells)?, record: Field::get(cells)? };)?
                Ok(Self { $($field,)+ $($held, $origin,)? })
            }
        }
    };
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $column:literal) => { $column };
    (@no_ranks $ranks:literal) => { Value::Text("".into()) };
    (@skip $ranks:literal $cells:ident) => { $cells.text()? };
}

stored!(ISSUERS = "issuers", IssuerRow, kind Some(Kind::Issuer), key &[0], refs &[0],
    { entity, display_name, uri, tenant, access_token_seconds, session_seconds, offline_seconds }, held held_by, origin origin);
stored!(CLIENTS = "clients", ClientRow, kind Some(Kind::Client), key &[0], refs &[0, 10, 11],
    { entity, display_name, state, kind, enabled, publisher, publisher_verified, owner_tenant, multi_tenant, built_in, stated_holder,
      vendor, application, environment, internet, grant_types, created_at, last_used_at, access_token_seconds }, ranks "ranks", held held_by, origin origin);
stored!(CREDENTIALS = "credentials", CredentialRow, kind Some(Kind::Credential), key &[0], refs &[0, 1],
    { entity, client, kind, display_name, created_at, activated_at, expires_at, last_used_at, fingerprint, shared_value, federated_issuer,
      federated_subject }, held held_by, origin origin);
stored!(AUDIENCES = "audiences", AudienceRow, kind Some(Kind::Audience), key &[0], refs &[0, 3],
    { entity, display_name, state, client, boundary, data_classes, impact, high_risk, function, environment, built_in }, ranks "ranks", held held_by, origin origin);
stored!(SCOPES = "scopes", ScopeRow, kind Some(Kind::Scope), key &[0], refs &[0, 1],
    { entity, audience, kind, value, source_id, display_name, state, implies }, held held_by, origin origin);
stored!(PRINCIPALS = "principals", PrincipalRow, kind Some(Kind::Principal), key &[0], refs &[0],
    { entity, kind, display_name, status, member_count }, ranks "ranks", held held_by, origin origin);
stored!(OWNERS = "owners", OwnerRow, kind Some(Kind::Owner), key &[0], refs &[0, 5],
    { entity, kind, display_name, contact, status, client }, held held_by, origin origin);
stored!(OWNERSHIPS = "ownerships", OwnershipRow, kind None, key &[0, 1, 2], refs &[0, 1],
    { subject, owner, role }, held held_by, origin origin);
stored!(VENDORS = "vendors", VendorRow, kind Some(Kind::Vendor), key &[0], refs &[0],
    { entity, display_name, contact, contract }, held held_by, origin origin);
stored!(REACH_EDGES = "reach_edges", ReachEdgeRow, kind None, key &[0, 1, 2], refs &[1, 2],
    { kind, from = "from_entity", to = "to_entity", evidence, subject_pattern }, held held_by, origin origin);
stored!(GATEWAY_ROUTES = "gateway_routes", GatewayRouteRow, kind Some(Kind::GatewayRoute), key &[0], refs &[0],
    { entity, display_name, gateway, service, hosts, paths, methods, issuers, audiences, scopes, g1, g2, g3, g4, g5, told }, held held_by, origin origin);
stored!(ASSERTIONS = "assertions", AssertionRow, kind None, key &[0, 1], refs &[0],
    { subject, attribute, value, reason, actor, at, review_at });

const fn int(name: &'static str) -> Column {
    Column { name, kind: CellKind::Int }
}
const fn text(name: &'static str) -> Column {
    Column { name, kind: CellKind::Text }
}

/// Table `identifiers`.
pub static IDENTIFIERS: Table = Table {
    name: "identifiers",
    columns: &[int("entity"), int("scheme"), text("value"), int("file"), int("record")],
    key: &[0, 1, 2],
    refs: &[0],
    versioned: true,
    kind: None,
};

impl StoredRow for IdentifierRow {
    const TABLE: &'static Table = &IDENTIFIERS;
    fn put(&self) -> Vec<Value> {
        vec![self.entity.put(), self.scheme.put(), self.value.put(), self.origin.file.put(), self.origin.record.put()]
    }
    fn get(cells: &mut Cells<'_>) -> Result<Self> {
        Ok(Self {
            entity: Field::get(cells)?,
            scheme: Field::get(cells)?,
            value: Field::get(cells)?,
            origin: Origin { file: Field::get(cells)?, record: Field::get(cells)? },
        })
    }
}

/// Table `grants`.
pub static GRANTS: Table = Table {
    name: "grants",
    columns: &[
        int("client"),
        int("scope"),
        int("mode"),
        int("principal"),
        int("origin_kind"),
        int("narrowed"),
        int("granted_at"),
        int("expires_at"),
        int("held_by"),
        int("file"),
        int("record"),
    ],
    key: &[0, 1, 2, 3],
    refs: &[0, 1, 3],
    versioned: true,
    kind: None,
};

impl StoredRow for GrantRow {
    const TABLE: &'static Table = &GRANTS;
    fn put(&self) -> Vec<Value> {
        let time = |ms: i64| if ms == UNKNOWN_MS { Value::Null } else { Value::Int(ms) };
        vec![
            self.client.put(),
            self.scope.put(),
            self.mode.put(),
            Value::Int(i64::from(self.principal.0)),
            self.origin_kind.put(),
            self.narrowed.put(),
            time(self.granted_at),
            time(self.expires_at),
            self.held_by.put(),
            self.origin.file.put(),
            self.origin.record.put(),
        ]
    }
    fn get(cells: &mut Cells<'_>) -> Result<Self> {
        Ok(Self {
            client: Field::get(cells)?,
            scope: Field::get(cells)?,
            mode: Field::get(cells)?,
            principal: Field::get(cells)?,
            origin_kind: Field::get(cells)?,
            narrowed: Field::get(cells)?,
            granted_at: cells.int()?.unwrap_or(UNKNOWN_MS),
            expires_at: cells.int()?.unwrap_or(UNKNOWN_MS),
            held_by: Field::get(cells)?,
            origin: Origin { file: Field::get(cells)?, record: Field::get(cells)? },
        })
    }
}

/// Table `instances`.
pub static INSTANCES: Table = Table {
    name: "instances",
    columns: &[int("instance"), int("source"), text("name"), text("display_name"), int("assumed")],
    key: &[0],
    refs: &[],
    versioned: true,
    kind: None,
};

/// Table `keys`.
pub static KEYS: Table = Table {
    name: "keys",
    columns: &[int("kind"), int("source"), int("instance"), int("scheme"), text("natural_key")],
    key: &[2, 0, 4],
    refs: &[],
    versioned: false,
    kind: None,
};

/// Table `import_files`.
pub static IMPORT_FILES: Table = Table {
    name: "import_files",
    columns: &[
        text("name"),
        text("sha256"),
        int("bytes"),
        text("importer"),
        int("source"),
        int("instance"),
        int("completeness"),
        int("read"),
        int("accepted"),
        int("merged"),
        int("rejected"),
        int("ignored"),
        int("secrets_dropped"),
        int("exported_at"),
        int("exported_assumed"),
    ],
    key: &[],
    refs: &[],
    versioned: false,
    kind: None,
};

/// Table `import_problems`.
pub static IMPORT_PROBLEMS: Table = Table {
    name: "import_problems",
    columns: &[int("file"), int("severity"), text("code"), int("record"), text("position"), text("message")],
    key: &[],
    refs: &[],
    versioned: false,
    kind: None,
};

/// Table `import_scopes`.
pub static IMPORT_SCOPES: Table = Table {
    name: "import_scopes",
    columns: &[int("instance"), int("list"), int("parent"), int("completeness"), text("reason")],
    key: &[],
    refs: &[2],
    versioned: false,
    kind: None,
};

/// All governed tables in the order of their names, which is the order inside a digest.
pub static ALL: [&Table; 19] = [
    &ASSERTIONS,
    &AUDIENCES,
    &CLIENTS,
    &CREDENTIALS,
    &GATEWAY_ROUTES,
    &GRANTS,
    &IDENTIFIERS,
    &IMPORT_FILES,
    &IMPORT_PROBLEMS,
    &IMPORT_SCOPES,
    &INSTANCES,
    &ISSUERS,
    &KEYS,
    &OWNERS,
    &OWNERSHIPS,
    &PRINCIPALS,
    &REACH_EDGES,
    &SCOPES,
    &VENDORS,
];

/// Number of a table in the order of [`ALL`].
pub fn number(table: &Table) -> usize {
    ALL.iter().position(|other| other.name == table.name).unwrap_or(ALL.len())
}

/// The entity id in a cell, none for null.
pub fn entity(value: &Value) -> EntityId {
    match value {
        Value::Int(id) => EntityId(u32::try_from(*id).unwrap_or(0)),
        _ => EntityId::NONE,
    }
}
