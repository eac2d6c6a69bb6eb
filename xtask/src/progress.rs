//! Long builds beside each other. They print nothing while all goes well: one line says what is going on and how long
//! it usually takes. The output of one that fails is shown in full.

use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use crate::process;

/// Where the output of the programs goes that a tool is installed with.
pub(crate) enum Console<'l> {
    /// To the user.
    Shown,
    /// Into the log of a work that runs beside others.
    Kept(&'l Lane),
}

impl Console<'_> {
    /// Runs a program and fails unless it succeeds.
    pub(crate) fn run(&self, command: &mut Command) -> Result<()> {
        match self {
            Console::Shown => process::run(command),
            Console::Kept(lane) => lane.run(command),
        }
    }

    /// Tells the user something that is worth a line.
    pub(crate) fn say(&self, text: String) {
        match self {
            Console::Shown => println!("{text}"),
            Console::Kept(lane) => lane.send(Event::Said(text)),
        }
    }

    /// Says that something long begins.
    pub(crate) fn begin(&self, what: &str, usually: &'static str) {
        match self {
            Console::Shown => println!("{what}: {usually}"),
            Console::Kept(lane) => lane.send(Event::Usually(usually)),
        }
    }
}

/// One piece of work: its name, how long it usually takes, and what it does.
pub(crate) struct Work<'w> {
    name: &'static str,
    usually: &'static str,
    run: Run<'w>,
}

type Run<'w> = Box<dyn FnOnce(&Console) -> Result<()> + Send + 'w>;

impl<'w> Work<'w> {
    /// What is said of how long it takes may be said anew by [`Console::begin`], when it is known better.
    pub(crate) fn new(
        name: &'static str,
        usually: &'static str,
        run: impl FnOnce(&Console) -> Result<()> + Send + 'w,
    ) -> Self {
        Self {
            name,
            usually,
            run: Box::new(run),
        }
    }
}

/// How a work tells the thread that prints what it is doing.
pub(crate) struct Lane {
    number: usize,
    events: Sender<(usize, Event)>,
    stop: Arc<AtomicBool>,
}

enum Event {
    Started(&'static str, &'static str),
    Usually(&'static str),
    Said(String),
    /// How many crates cargo has begun to compile.
    Crates(u32),
    Ended(Result<()>),
}

/// Runs the chains beside each other, each work of a chain after the one before it. False when `stop` became true
/// before all was done; then, and when a work fails, the programs of the others are ended.
pub(crate) fn beside(chains: Vec<Vec<Work<'_>>>, stop: &Arc<AtomicBool>) -> Result<bool> {
    let quit = Arc::new(AtomicBool::new(false));
    let (sender, events) = channel();
    std::thread::scope(|scope| {
        for (number, chain) in chains.into_iter().enumerate() {
            let lane = Lane {
                number,
                events: sender.clone(),
                stop: quit.clone(),
            };
            scope.spawn(move || {
                for work in chain {
                    lane.send(Event::Started(work.name, work.usually));
                    let ended = (work.run)(&Console::Kept(&lane));
                    let failed = ended.is_err();
                    lane.send(Event::Ended(ended));
                    if failed {
                        break;
                    }
                }
            });
        }
        drop(sender);
        watch(&events, stop, &quit)
    })
}

/// Works that run unseen behind something else. Dropping it ends what is not done by then.
pub(crate) struct Behind {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Runs works one after the other, unseen, as a head start for what needs them later. One that fails says nothing and
/// is no obstacle to the next: whoever needs it does it again, and shows why it fails.
pub(crate) fn behind(works: Vec<Work<'static>>) -> Behind {
    let stop = Arc::<AtomicBool>::default();
    let (events, _) = channel();
    let lane = Lane {
        number: 0,
        events,
        stop: stop.clone(),
    };
    let thread = std::thread::spawn(move || {
        for work in works {
            let _ = (work.run)(&Console::Kept(&lane));
        }
    });
    Behind {
        stop,
        thread: Some(thread),
    }
}

impl Drop for Behind {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Prints what the lanes tell until they are all at their ends.
fn watch(events: &Receiver<(usize, Event)>, stop: &AtomicBool, quit: &AtomicBool) -> Result<bool> {
    let terminal = std::io::stdout().is_terminal();
    let pause = Duration::from_secs(if terminal { 1 } else { 10 });
    let begin = Instant::now();
    let mut running: Vec<(usize, Running)> = Vec::new();
    let mut failure = None;
    // The first one soon: nobody likes to wait for a silent program.
    let mut next = begin + Duration::from_secs(1);
    loop {
        if stop.load(Ordering::SeqCst) {
            quit.store(true, Ordering::SeqCst);
        }
        // Often enough that Ctrl-C is heard at once.
        let (number, event) = match events.recv_timeout(Duration::from_millis(100)) {
            Ok(event) => event,
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                if Instant::now() >= next && !running.is_empty() && !quit.load(Ordering::SeqCst) {
                    next += pause;
                    let line = status(begin.elapsed(), running.iter().map(|(_, running)| running));
                    draw(terminal, &line);
                }
                continue;
            }
        };
        let at = running.iter().position(|(lane, _)| *lane == number);
        match (event, at) {
            (Event::Started(name, usually), _) => running.push((number, Running::new(name, usually))),
            (Event::Usually(usually), Some(at)) => running[at].1.usually = usually,
            (Event::Crates(crates), Some(at)) => running[at].1.crates = crates,
            (Event::Said(text), _) => say(terminal, &text),
            (Event::Ended(ended), Some(at)) => {
                let (_, work) = running.remove(at);
                let took = work.since.elapsed();
                match ended {
                    // What was there already is not worth a line.
                    Ok(()) if took < Duration::from_secs(2) => {}
                    Ok(()) => say(terminal, &format!("{}: ready after {}", work.name, span(took))),
                    // What failed because it was ended says nothing.
                    Err(_) if quit.load(Ordering::SeqCst) => {}
                    Err(error) => {
                        failure = Some(error.context(work.name));
                        quit.store(true, Ordering::SeqCst);
                    }
                }
            }
            (Event::Usually(_) | Event::Crates(_) | Event::Ended(_), None) => {}
        }
    }
    if terminal {
        clear();
    }
    match failure {
        Some(error) => Err(error),
        None => Ok(!quit.load(Ordering::SeqCst)),
    }
}

impl Lane {
    fn send(&self, event: Event) {
        // The other end only goes away when the command ends.
        let _ = self.events.send((self.number, event));
    }

    /// Runs a program with its output kept; the output is the error when it fails.
    fn run(&self, command: &mut Command) -> Result<()> {
        let line = process::describe(command);
        if self.stop.load(Ordering::SeqCst) {
            bail!("`{line}` was not started");
        }
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("could not start `{line}`"))?;
        let log = Mutex::new(Log::default());
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let status = std::thread::scope(|scope| {
            scope.spawn(|| self.keep(out, &log));
            scope.spawn(|| self.keep(err, &log));
            loop {
                if let Some(status) = child.try_wait()? {
                    return anyhow::Ok(status);
                }
                if self.stop.load(Ordering::SeqCst) {
                    let _ = child.kill();
                }
                std::thread::sleep(Duration::from_millis(50));
            }
        })?;
        if status.success() {
            return Ok(());
        }
        let text = log.into_inner().unwrap_or_else(PoisonError::into_inner).text;
        Err(anyhow!("`{line}` failed ({status}):\n\n{text}"))
    }

    fn keep(&self, stream: Option<impl Read>, log: &Mutex<Log>) {
        let Some(stream) = stream else { return };
        let mut lines = BufReader::new(stream);
        let mut line = Vec::new();
        // Not every program writes UTF-8.
        while matches!(lines.read_until(b'\n', &mut line), Ok(1..)) {
            let text = String::from_utf8_lossy(&line);
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            if is_begun_crate(&text) {
                log.crates += 1;
                self.send(Event::Crates(log.crates));
            }
            log.text.push_str(&text);
            line.clear();
        }
    }
}

#[derive(Default)]
struct Log {
    text: String,
    crates: u32,
}

struct Running {
    name: &'static str,
    usually: &'static str,
    crates: u32,
    since: Instant,
}

impl Running {
    fn new(name: &'static str, usually: &'static str) -> Self {
        Self {
            name,
            usually,
            crates: 0,
            since: Instant::now(),
        }
    }
}

/// Whether cargo says in this line that it begins to compile a crate.
fn is_begun_crate(line: &str) -> bool {
    process::strip_ansi(line).trim_start().starts_with("Compiling ")
}

/// `1 min 20 s: Trunk (crate 123, 3 to 5 minutes, once), demo server (a minute, once)`.
fn status<'r>(elapsed: Duration, running: impl Iterator<Item = &'r Running>) -> String {
    let parts: Vec<String> = running
        .map(|work| match work.crates {
            0 => format!("{} ({})", work.name, work.usually),
            crates => format!("{} (crate {crates}, {})", work.name, work.usually),
        })
        .collect();
    format!("{}: {}", span(elapsed), parts.join(", "))
}

fn span(time: Duration) -> String {
    match time.as_secs() {
        seconds @ ..60 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// On a terminal the line is written over the one before it, and must not wrap for that.
fn draw(terminal: bool, line: &str) {
    if terminal {
        clear();
        print!("{}", cut(line, 79));
        let _ = std::io::stdout().flush();
    } else {
        println!("{line}");
    }
}

fn say(terminal: bool, line: &str) {
    if terminal {
        clear();
    }
    println!("{line}");
}

fn clear() {
    print!("\r\u{1b}[2K");
    let _ = std::io::stdout().flush();
}

fn cut(line: &str, width: usize) -> String {
    if line.chars().count() <= width {
        return line.to_owned();
    }
    line.chars().take(width - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_line_says_what_goes_on_and_how_long_it_usually_takes() {
        let mut trunk = Running::new("Trunk", "3 to 5 minutes, once");
        trunk.crates = 12;
        let server = Running::new("demo server", "a minute, once");
        let line = status(Duration::from_secs(80), [trunk, server].iter());
        assert_eq!(
            line,
            "1 min 20 s: Trunk (crate 12, 3 to 5 minutes, once), demo server (a minute, once)"
        );
        assert_eq!(cut(&line, 20).chars().count(), 20);
        assert_eq!(cut("short", 20), "short");
    }

    #[test]
    fn crates_are_counted_with_and_without_colours() {
        assert!(is_begun_crate("   Compiling serde v1.0.0\n"));
        assert!(is_begun_crate(
            "\u{1b}[1m\u{1b}[32m   Compiling\u{1b}[0m serde v1.0.0\n"
        ));
        assert!(!is_begun_crate("    Finished `dev` profile in 3s\n"));
    }

    #[test]
    fn works_of_a_chain_follow_each_other() {
        let order = Mutex::new(Vec::new());
        let push = |name| {
            let order = &order;
            Work::new(name, "a moment", move |_| {
                order.lock().unwrap().push(name);
                Ok(())
            })
        };
        let done = beside(vec![vec![push("a"), push("b")]], &Arc::default());
        assert!(done.unwrap());
        assert_eq!(*order.lock().unwrap(), ["a", "b"]);
    }

    #[test]
    fn a_failure_shows_its_whole_output_and_ends_the_others() {
        let fails = Work::new("one", "a moment", |console| {
            console.run(&mut sh("echo first; echo second >&2; exit 1"))
        });
        // Would outlive the test by far if it were not ended.
        let endless = Work::new("two", "a moment", |console| {
            console.run(Command::new("sleep").arg("100000"))
        });
        let never = Work::new("three", "a moment", |_| {
            panic!("a chain goes no further after a failure")
        });
        let error = beside(vec![vec![fails, never], vec![endless]], &Arc::default()).unwrap_err();
        let text = format!("{error:#}");
        assert!(text.starts_with("one: "), "{text}");
        assert!(text.contains("first\n") && text.contains("second\n"), "{text}");
    }

    #[test]
    fn a_stop_ends_what_runs_and_is_no_failure() {
        let stop = Arc::<AtomicBool>::default();
        let at_once = stop.clone();
        let endless = Work::new("one", "a moment", move |console| {
            at_once.store(true, Ordering::SeqCst);
            console.run(Command::new("sleep").arg("100000"))
        });
        assert!(!beside(vec![vec![endless]], &stop).unwrap());
    }

    #[test]
    fn what_runs_behind_goes_on_after_a_failure_and_ends_with_its_owner() {
        let (sender, reached) = channel();
        let works = vec![
            Work::new("fails", "a moment", |console| console.run(&mut sh("exit 1"))),
            Work::new("endless", "a moment", move |console| {
                sender.send(())?;
                console.run(Command::new("sleep").arg("100000"))
            }),
        ];
        let behind = behind(works);
        reached.recv().unwrap();
        drop(behind);
    }
}
