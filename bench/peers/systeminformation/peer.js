// systeminformation. Speaks as ../peer.h tells.
"use strict";
const readline = require("readline");
const si = require("systeminformation");

// Most of its questions also wait for programs that it starts: ps, ss, df.
const questions = {
  processes_10: async () => (await si.processes()).list.length,
  sockets: async () => (await si.networkConnections()).filter((c) => c.protocol.startsWith("tcp")).length,
  virtual_memory: async () => ((await si.mem()).total > 0 ? 1 : -1),
  net_io_counters: async () => (await si.networkStats("*")).length,
  net_if_addrs: async () => (await si.networkInterfaces()).length,
  disk_partitions: async () => (await si.fsSize()).length,
};

// Asked again within half a second, it answers what it answered before.
const PAUSE = { processes_10: 600 };

async function answer(name, repeat) {
  if (!questions[name]) return "none";
  let items = 0;
  let spent = 0n;
  for (let i = 0; i < repeat && items >= 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE[name] || 0));
    const start = process.hrtime.bigint();
    items = await questions[name]();
    spent += process.hrtime.bigint() - start;
  }
  return items < 0 ? "failed" : `${spent / BigInt(repeat)} ${items}`;
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [name, repeat] = line.split(" ");
    process.stdout.write((await answer(name, Number(repeat))) + "\n");
  }
}

main();
