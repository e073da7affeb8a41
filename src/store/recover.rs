//! Taking back a revision that was never finished (decision D11).

use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Executor, Row};

use super::table;

/// What the opening of an inventory found and put right.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Number of the unfinished revision that was taken back.
    pub unfinished: Option<i64>,
    /// Rows of it that were removed; nobody had seen them.
    pub rows_removed: u64,
    /// Rows that it had closed and that are open again.
    pub rows_reopened: u64,
    /// True when the program had not ended properly, so that the file was checked.
    pub unclean_stop: bool,
    /// Backups made before migrations.
    pub backups: Vec<std::path::PathBuf>,
}

impl Recovery {
    /// One sentence for people, if there is something to tell.
    pub fn told(&self) -> Option<String> {
        let number = self.unfinished?;
        Some(format!(
            "The last run stopped while revision {number} was being written. Its {} unseen rows were removed and {} closed rows were opened again; the inventory is as it was before.",
            self.rows_removed, self.rows_reopened
        ))
    }
}

/// Removes the rows of a revision that is not in the log and opens again what it had closed.
pub(crate) async fn take_back(connection: &mut SqliteConnection, number: i64) -> Result<(u64, u64), sqlx::Error> {
    // Removing keys would look for rows that refer to them in every table; those rows go in the same transaction.
    connection.execute("pragma foreign_keys = off").await?;
    let done = take_back_in_transaction(connection, number).await;
    if done.is_err() {
        let _ = connection.execute("rollback").await;
    }
    connection.execute("pragma foreign_keys = on").await?;
    done
}

async fn take_back_in_transaction(connection: &mut SqliteConnection, number: i64) -> Result<(u64, u64), sqlx::Error> {
    connection.execute("begin immediate").await?;
    let (mut removed, mut reopened) = (0, 0);
    for table in table::ALL {
        // Rows are appended, so those of the unfinished revision are the last ones: no need to look at the others.
        let sql = format!("select id from {} where since < ? order by id desc limit 1", table.name);
        let last: i64 = match sqlx::query(AssertSqlSafe(sql)).bind(number).fetch_optional(&mut *connection).await? {
            Some(row) => row.try_get(0)?,
            None => 0,
        };
        let sql = format!("delete from {} where id > ?", table.name);
        removed += sqlx::query(AssertSqlSafe(sql)).bind(last).execute(&mut *connection).await?.rows_affected();
        if table.versioned {
            let sql = format!("update {} set until = null where until = ?", table.name);
            reopened += sqlx::query(AssertSqlSafe(sql)).bind(number).execute(&mut *connection).await?.rows_affected();
        }
    }
    connection.execute("delete from meta where name = 'unfinished'").await?;
    connection.execute("commit").await?;
    Ok((removed, reopened))
}
