//! Long work with progress and cancel (ux.md 3.7): a list of jobs that shells poll. Knows no window and no thread.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::error::{Told, Trouble};

use super::wire::Job;

/// One long task, shared between the worker and those who watch it.
#[derive(Debug)]
pub struct JobHandle {
    id: String,
    kind: &'static str,
    title: String,
    cancel: AtomicBool,
    done: AtomicU64,
    total: AtomicU64,
    rows: AtomicU64,
    state: Mutex<State>,
}

#[derive(Debug, Clone)]
struct State {
    phase: String,
    phase_number: u32,
    phases: u32,
    word: &'static str,
    error: Option<Told>,
    result: Option<Value>,
}

impl JobHandle {
    /// The user asked to stop.
    pub fn cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }

    /// Enters a phase; bytes and rows start again.
    pub fn phase(&self, number: u32, phases: u32, name: &str) {
        let mut state = self.lock();
        state.phase = name.to_owned();
        state.phase_number = number;
        state.phases = phases;
        self.done.store(0, Ordering::Relaxed);
        self.total.store(0, Ordering::Relaxed);
    }

    /// Bytes or steps done, of a total (0 = unknown).
    pub fn done(&self, done: u64, total: u64) {
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    /// Rows handled so far.
    pub fn rows(&self, rows: u64) {
        self.rows.store(rows, Ordering::Relaxed);
    }

    /// Ends the job with its answer or its error.
    pub fn end(&self, outcome: anyhow::Result<Value>) {
        let mut state = self.lock();
        match outcome {
            Ok(result) => {
                state.word = "done";
                state.result = Some(result);
            }
            Err(error) => {
                let told = Told::of(&error);
                state.word = if told.trouble == Trouble::Cancelled { "cancelled" } else { "failed" };
                state.error = Some(told);
            }
        }
    }

    /// Whether it still runs.
    pub fn running(&self) -> bool {
        matches!(self.lock().word, "running" | "cancelling")
    }

    /// As sent to the window.
    pub fn view(&self) -> Job {
        let state = self.lock().clone();
        let total = self.total.load(Ordering::Relaxed);
        Job {
            id: self.id.clone(),
            kind: self.kind.to_owned(),
            title: self.title.clone(),
            phase: state.phase,
            phase_number: state.phase_number,
            phases: state.phases,
            done: self.done.load(Ordering::Relaxed),
            total: (total > 0).then_some(total),
            rows: self.rows.load(Ordering::Relaxed),
            state: state.word.to_owned(),
            error: state.error,
            result: state.result,
        }
    }

    /// The state, also after a panic of a worker: what it holds is plain data.
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl super::import::Progress for JobHandle {
    fn phase(&self, number: u32, phases: u32, name: &str) {
        Self::phase(self, number, phases, name);
    }
    fn advance(&self, done: u64, total: Option<u64>) {
        self.done(done, total.unwrap_or(0));
        self.rows(done);
    }
    fn cancelled(&self) -> bool {
        Self::cancelled(self)
    }
}

/// All jobs of this run of the program, oldest first; the last 50 are kept.
#[derive(Debug, Default)]
pub struct Jobs {
    list: Mutex<(u64, Vec<Arc<JobHandle>>)>,
}

impl Jobs {
    /// Starts a job of a kind (`import`, `pack`, `verify`, `demo`).
    pub fn start(&self, kind: &'static str, title: impl Into<String>) -> Arc<JobHandle> {
        let mut list = self.list.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        list.0 += 1;
        let job = Arc::new(JobHandle {
            id: format!("job-{}", list.0),
            kind,
            title: title.into(),
            cancel: AtomicBool::new(false),
            done: AtomicU64::new(0),
            total: AtomicU64::new(0),
            rows: AtomicU64::new(0),
            state: Mutex::new(State {
                phase: "starting".to_owned(),
                phase_number: 0,
                phases: 0,
                word: "running",
                error: None,
                result: None,
            }),
        });
        list.1.push(job.clone());
        if list.1.len() > 50 {
            list.1.remove(0);
        }
        job
    }

    /// A job by id.
    pub fn find(&self, id: &str) -> Option<Arc<JobHandle>> {
        self.all().into_iter().find(|job| job.id == id)
    }

    /// All jobs, oldest first.
    pub fn all(&self) -> Vec<Arc<JobHandle>> {
        self.list.lock().unwrap_or_else(std::sync::PoisonError::into_inner).1.clone()
    }

    /// Asks a job to stop; answers whether it was running.
    pub fn cancel(&self, id: &str) -> bool {
        let Some(job) = self.find(id) else { return false };
        let running = job.running();
        if running {
            job.cancel.store(true, Ordering::Relaxed);
            job.lock().word = "cancelling";
        }
        running
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_job_says_so_and_keeps_its_error() {
        let jobs = Jobs::default();
        let job = jobs.start("import", "Import 2 files");
        assert!(jobs.cancel("job-1"), "a running job can be cancelled");
        assert!(job.cancelled());
        job.end(Err(Told::cancelled("Cancelled. Nothing was imported.").into()));
        assert_eq!(job.view().state, "cancelled");
        assert!(!jobs.cancel("job-1"), "an ended job cannot");
    }
}
