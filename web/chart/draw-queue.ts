/**
 * Draws one chart a task, so that four charts never make one long task in which a moving hand is not heard. Of several
 * drawings of the same chart only the newest is done.
 */
export class DrawQueue {
  private readonly waiting = new Map<string, () => void>();
  private readonly channel = new MessageChannel();
  private running = false;

  constructor() {
    this.channel.port1.onmessage = () => {
      this.drawOne();
    };
  }

  put(chart: string, draw: () => void): void {
    this.waiting.set(chart, draw);
    if (this.running) return;
    this.running = true;
    this.channel.port2.postMessage(undefined);
  }

  drop(chart: string): void {
    this.waiting.delete(chart);
  }

  private drawOne(): void {
    const [next] = this.waiting;
    if (next !== undefined) {
      const [chart, draw] = next;
      this.waiting.delete(chart);
      draw();
    }
    this.running = this.waiting.size > 0;
    if (this.running) this.channel.port2.postMessage(undefined);
  }
}
