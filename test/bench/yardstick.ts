import { RandomStream } from "../../sim/kernel/random.ts";

/**
 * The yardstick for every figure of speed: M/M/c, first come first served, written for nothing else, on plain typed
 * arrays. There is no queue semantics in it, no fleet, no worker: the least that a simulation of a waiting line can cost
 * in JavaScript on this machine at this moment. Returns the mean wait in mean service times.
 */
export function yardstickMeanWait({ customers, servers, load }: { customers: number; servers: number; load: number }): number {
  const arrivals = new RandomStream(1, "arrivals");
  const services = new RandomStream(1, "services");
  const departures = new DepartureHeap(servers);
  const waiting = new Float64Array(1 << 16);
  const mask = waiting.length - 1;
  const rate = servers * load;
  let head = 0;
  let tail = 0;
  let arrivesAt = arrivals.exponential() / rate;
  let waited = 0;
  let served = 0;
  while (served < customers) {
    if (departures.size === 0 || arrivesAt <= departures.first) {
      if (departures.size < servers) departures.push(arrivesAt + services.exponential());
      else waiting[tail++ & mask] = arrivesAt;
      arrivesAt += arrivals.exponential() / rate;
    } else {
      const now = departures.first;
      departures.pop();
      served += 1;
      if (tail > head) {
        waited += now - (waiting[head++ & mask] as number);
        departures.push(now + services.exponential());
      }
    }
  }
  return waited / served;
}

/** Four children a node, in one typed array. */
class DepartureHeap {
  size = 0;
  private readonly times: Float64Array;

  constructor(capacity: number) {
    this.times = new Float64Array(capacity + 1);
  }

  get first(): number {
    return this.times[0] as number;
  }

  push(time: number): void {
    const { times } = this;
    let hole = this.size;
    this.size += 1;
    while (hole > 0) {
      const parent = (hole - 1) >> 2;
      const above = times[parent] as number;
      if (above <= time) break;
      times[hole] = above;
      hole = parent;
    }
    times[hole] = time;
  }

  pop(): void {
    const { times } = this;
    this.size -= 1;
    const { size } = this;
    const last = times[size] as number;
    let hole = 0;
    for (;;) {
      const firstChild = 4 * hole + 1;
      if (firstChild >= size) break;
      let least = firstChild;
      const end = Math.min(firstChild + 4, size);
      for (let child = firstChild + 1; child < end; child += 1) if ((times[child] as number) < (times[least] as number)) least = child;
      if ((times[least] as number) >= last) break;
      times[hole] = times[least] as number;
      hole = least;
    }
    times[hole] = last;
  }
}
