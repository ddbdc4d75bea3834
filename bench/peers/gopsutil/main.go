// gopsutil. PID. Speaks as ../peer.h tells.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/disk"
	"github.com/shirou/gopsutil/v4/load"
	"github.com/shirou/gopsutil/v4/mem"
	"github.com/shirou/gopsutil/v4/net"
	"github.com/shirou/gopsutil/v4/process"
)

var subject *process.Process

// Fields that a process refuses, or that ended meanwhile, are left out as by the other peers.
func ten(p *process.Process) {
	_, _ = p.Ppid()
	_, _ = p.Name()
	_, _ = p.Status()
	_, _ = p.CreateTime()
	_, _ = p.Times()
	_, _ = p.NumThreads()
	_, _ = p.MemoryInfo()
	_, _ = p.Uids()
	_, _ = p.CmdlineSlice()
}

func eighteen(p *process.Process) {
	ten(p)
	_, _ = p.Exe()
	_, _ = p.Username()
	_, _ = p.Nice()
	_, _ = p.Percent(0)
	_, _ = p.MemoryPercent()
	_, _ = p.NumFDs()
	_, _ = p.IOCounters()
	_, _ = p.Cwd()
}

// The instances are made anew: an instance keeps what it has read once.
func all(fields func(*process.Process)) (int, error) {
	processes, err := process.Processes()
	for _, p := range processes {
		fields(p)
	}
	return len(processes), err
}

func one(err error) (int, error) {
	return 1, err
}

var questions = map[string]func() (int, error){
	"processes_10": func() (int, error) { return all(ten) },
	"processes_18": func() (int, error) { return all(eighteen) },
	"sockets": func() (int, error) {
		found, err := net.Connections("tcp")
		return len(found), err
	},
	"pids": func() (int, error) {
		found, err := process.Pids()
		return len(found), err
	},
	"virtual_memory": func() (int, error) {
		_, err := mem.VirtualMemory()
		return one(err)
	},
	"swap_memory": func() (int, error) {
		_, err := mem.SwapMemory()
		return one(err)
	},
	"cpu_times": func() (int, error) {
		_, err := cpu.Times(false)
		return one(err)
	},
	"cpu_times_percpu": func() (int, error) {
		found, err := cpu.Times(true)
		return len(found), err
	},
	"loadavg": func() (int, error) {
		_, err := load.Avg()
		return 3, err
	},
	"disk_io_counters": func() (int, error) {
		found, err := disk.IOCounters()
		return len(found), err
	},
	"net_io_counters": func() (int, error) {
		found, err := net.IOCounters(true)
		return len(found), err
	},
	"net_if_addrs": func() (int, error) {
		found, err := net.Interfaces()
		addresses := 0
		for _, one := range found {
			addresses += len(one.Addrs)
		}
		return addresses, err
	},
	"disk_partitions": func() (int, error) {
		found, err := disk.Partitions(true)
		return len(found), err
	},
	"process_memory": func() (int, error) {
		_, err := subject.MemoryInfo()
		return one(err)
	},
	"process_cpu_times": func() (int, error) {
		_, err := subject.Times()
		return one(err)
	},
	"process_cmdline": func() (int, error) {
		found, err := subject.CmdlineSlice()
		return len(found), err
	},
}

func answer(name string, repeat int) string {
	ask, known := questions[name]
	if !known {
		return "none"
	}
	items, start := 0, time.Now()
	for i := 0; i < repeat; i++ {
		var err error
		if items, err = ask(); err != nil {
			return "failed"
		}
	}
	return fmt.Sprintf("%d %d", time.Since(start).Nanoseconds()/int64(repeat), items)
}

func main() {
	pid, _ := strconv.Atoi(os.Args[1])
	subject, _ = process.NewProcess(int32(pid))
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var name string
		repeat := 1
		_, _ = fmt.Sscan(lines.Text(), &name, &repeat)
		fmt.Println(answer(name, repeat))
	}
}
