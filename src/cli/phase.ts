import type { OnProgress } from '../progress.ts';
import { span } from './span.ts';
import { Status } from './status.ts';

/**
 * Does work that may take long, and says how far it is and how much time is left.
 *
 * @param what The work in words, such as `simulating`.
 */
export async function inPhase<T>(what: string, work: (onProgress: OnProgress) => T | Promise<T>): Promise<T> {
  const start = process.uptime();
  const status = new Status();
  const onProgress = (share: number) =>
    status.update(() => {
      const seconds = process.uptime() - start;
      const left = share > 0 ? `, ${span(seconds * (1 / share - 1))} left` : '';
      return { share, text: `${what}: ${Math.floor(share * 100)} %${left}` };
    });
  try {
    return await work(onProgress);
  } finally {
    status.end();
  }
}
