interface Facility {
  queueStats(): { durationSeries: { average(): number } };
}

interface Entity {
  useFacility(facility: Facility, durationSec: number): unknown;
  setTimer(delaySec: number): { done(callback: () => void): void };
}

interface Simjs {
  Sim: new () => { addEntity(kind: new () => Entity): Entity; simulate(untilSec: number): boolean };
  Facility: new (name: string, discipline: number, servers: number) => Facility;
  Entity: new () => Entity;
  Random: new (seed: number) => { exponential(rate: number): number };
}

/** M/M/c as simjs's manual writes it: a source entity and a first-come-first-served facility. Mean wait in service times. */
export function simjsMeanWait({ customers, servers, load }: { customers: number; servers: number; load: number }): number {
  const { Sim, Facility, Entity, Random } = (globalThis as unknown as { Sim: Simjs }).Sim;
  const random = new Random(1);
  const facility = new Facility("servers", 0, servers);

  class Source extends Entity {
    private left = customers;

    start(): void {
      if (this.left === 0) return;
      this.left -= 1;
      this.useFacility(facility, random.exponential(1));
      this.setTimer(random.exponential(servers * load)).done(() => {
        this.start();
      });
    }
  }

  const sim = new Sim();
  sim.addEntity(Source);
  sim.simulate(1e12);
  return facility.queueStats().durationSeries.average();
}
