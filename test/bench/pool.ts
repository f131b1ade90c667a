import { availableParallelism } from "node:os";
import { parentPort, Worker } from "node:worker_threads";

/**
 * Deals tasks 0 to `count` − 1 out to as many threads as there are processors, the next one to whoever is free. The
 * threads run the benchmark's own module, where {@link answerTasks} is called instead. Answers by task.
 */
export async function onThreads<Answer>(module: string, count: number): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const serve = (worker: Worker) =>
    new Promise<void>((resolve, reject) => {
      const hand = () => {
        if (next < count) worker.postMessage(next++);
        else resolve(worker.terminate().then(() => undefined));
      };
      worker.on("error", reject);
      worker.on("message", ([task, answer]: [number, Answer]) => {
        answers[task] = answer;
        hand();
      });
      hand();
    });
  const threads = Array.from({ length: availableParallelism() }, () => new Worker(new URL(module), { argv: process.argv.slice(2) }));
  await Promise.all(threads.map(serve));
  return answers;
}

/** On a thread: does the tasks that it is given. */
export function answerTasks(work: (task: number) => unknown): void {
  parentPort?.on("message", (task: number) => {
    parentPort?.postMessage([task, work(task)]);
  });
}
