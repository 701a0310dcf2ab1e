/** What a command throws when the user has stopped it and it has ended in order; its message says how to go on. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
}

/**
 * Does work that ends in order on Ctrl-C or a request to end. The second one ends the process at once.
 *
 * @param message What to tell the user then.
 * @throws Interruption where it was stopped.
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  message: () => string,
): Promise<T> {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    if (controller.signal.aborted && error === controller.signal.reason) throw new Interruption(message());
    throw error;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
