//! Starts a program and says how long it took, what it computed and the most memory it held.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// What a finished program cost.
#[derive(Debug, Clone, Default)]
pub struct Cost {
    /// Wall clock, seconds.
    pub seconds: f64,
    /// Processor time of all its threads, seconds; `None` where the system does not show it. On a busy machine this says
    /// more than the wall clock.
    pub cpu: Option<f64>,
    /// Most resident memory, bytes; `None` where the system does not show it.
    pub peak: Option<u64>,
    /// Standard output.
    pub output: String,
}

/// Clock ticks a second in `/proc/PID/stat`: 100 on every Linux that Rust supports.
const TICKS: f64 = 100.0;

/// Runs a program that must succeed.
///
/// # Errors
/// It cannot be started or ends with another code than 0.
pub fn run(command: &mut Command) -> Result<Cost> {
    let program = command.get_program().to_string_lossy().into_owned();
    let started = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().with_context(|| format!("start {program}"))?;
    let mut stdout = child.stdout.take().context("standard output was piped")?;
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).map(|_| text)
    });
    let mut cost = Cost::default();
    // The kernel keeps the peak and the processor time; only what comes after the last look is missed for the peak, and
    // nothing for the processor time, because an ended child is shown until it is waited for.
    while let Some((ended, cpu)) = stat(child.id()) {
        cost.cpu = Some(cpu);
        if ended {
            break;
        }
        cost.peak = peak(&child.id().to_string()).or(cost.peak);
        std::thread::sleep(Duration::from_millis(2));
    }
    let status = child.wait().with_context(|| format!("wait for {program}"))?;
    cost.seconds = started.elapsed().as_secs_f64();
    cost.output = reader.join().map_err(|_| anyhow::anyhow!("the reader stopped"))?.context("read its output")?;
    if !status.success() {
        bail!("{program} ended with {status}: {}", cost.output.chars().take(2_000).collect::<String>());
    }
    Ok(cost)
}

/// Most resident memory of a process so far, bytes.
pub fn peak(process: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

/// Whether a process has ended, and its processor seconds.
fn stat(process: u32) -> Option<(bool, f64)> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in parentheses may hold blanks; what follows the last one does not.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    Some((*fields.first()? == "Z", ticks / TICKS))
}
