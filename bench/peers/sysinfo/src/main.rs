//! The sysinfo crate. PID. Speaks as ../../peer.h tells.
use std::io::{self, BufRead, Write};
use std::time::Instant;
use sysinfo::{
    CpuRefreshKind, Disks, MemoryRefreshKind, Networks, Pid, ProcessRefreshKind, ProcessesToUpdate,
    System, UpdateKind,
};

struct Peer {
    subject: [Pid; 1],
    system: System,
    disks: Disks,
    networks: Networks,
}

// What may change is read anew each time; without that it would be read once for each process.
fn ten() -> ProcessRefreshKind {
    ProcessRefreshKind::nothing()
        .without_tasks()
        .with_cpu()
        .with_memory()
        .with_user(UpdateKind::Always)
        .with_cmd(UpdateKind::Always)
}

fn eighteen() -> ProcessRefreshKind {
    ten().with_exe(UpdateKind::Always).with_cwd(UpdateKind::Always).with_disk_usage()
}

impl Peer {
    fn all(&mut self, kind: ProcessRefreshKind) -> i64 {
        self.system.refresh_processes_specifics(ProcessesToUpdate::All, true, kind);
        self.system.processes().len() as i64
    }

    fn one(&mut self, kind: ProcessRefreshKind) -> i64 {
        let which = ProcessesToUpdate::Some(&self.subject);
        self.system.refresh_processes_specifics(which, false, kind) as i64
    }

    /// How many items were found; None when the crate has no such question.
    fn ask(&mut self, question: &str) -> Option<i64> {
        let nothing = ProcessRefreshKind::nothing().without_tasks();
        Some(match question {
            "processes_10" => self.all(ten()),
            "processes_18" => self.all(eighteen()),
            "process_memory" => self.one(nothing.with_memory()),
            "process_cpu_times" => self.one(nothing.with_cpu()),
            "process_cmdline" => self.one(nothing.with_cmd(UpdateKind::Always)),
            "virtual_memory" => {
                self.system.refresh_memory_specifics(MemoryRefreshKind::nothing().with_ram());
                (self.system.total_memory() > 0) as i64
            }
            "swap_memory" => {
                self.system.refresh_memory_specifics(MemoryRefreshKind::nothing().with_swap());
                1
            }
            "loadavg" => System::load_average().map_or(-1, |_| 3),
            "net_io_counters" => {
                self.networks.refresh(true);
                self.networks.iter().count() as i64
            }
            "disk_partitions" => {
                self.disks.refresh(true);
                self.disks.iter().count() as i64
            }
            _ => return None,
        })
    }

    fn answer(&mut self, question: &str, repeat: u32) -> String {
        let (start, mut items) = (Instant::now(), None);
        for _ in 0..repeat {
            items = self.ask(question);
            if items.is_none() {
                return "none".to_string();
            }
        }
        let spent = start.elapsed().as_nanos() / u128::from(repeat);
        match items {
            Some(found) if found >= 0 => format!("{spent} {found}"),
            _ => "failed".to_string(),
        }
    }
}

fn main() -> io::Result<()> {
    let pid = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1);
    let mut peer = Peer {
        subject: [Pid::from_u32(pid)],
        system: System::new().expect("a System"),
        disks: Disks::new().expect("Disks"),
        networks: Networks::new().expect("Networks"),
    };
    peer.system.refresh_cpu_list(CpuRefreshKind::nothing());
    for line in io::stdin().lock().lines() {
        let line = line?;
        let mut words = line.split_whitespace();
        let question = words.next().unwrap_or("");
        let repeat = words.next().and_then(|text| text.parse().ok()).unwrap_or(1);
        println!("{}", peer.answer(question, repeat));
        io::stdout().flush()?;
    }
    Ok(())
}
