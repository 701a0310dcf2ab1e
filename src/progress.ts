/**
 * Is told how far work is that may take long: the share that is done, from 0 to 1. Called some times a second at most
 * where the work allows; what it throws ends the work.
 */
export type OnProgress = (share: number) => void;

/** The part of a progress that goes from share `from` to share `to` of the whole. */
export function part(onProgress: OnProgress | undefined, from: number, to: number): OnProgress | undefined {
  return onProgress && ((share) => onProgress(from + share * (to - from)));
}

/** What `work` makes of every item, with progress from one to the next. */
export function mapped<T, R>(
  items: readonly T[],
  onProgress: OnProgress | undefined,
  work: (item: T, index: number) => R,
): R[] {
  return items.map((item, index) => {
    onProgress?.(index / items.length);
    return work(item, index);
  });
}

/** Lets timers, signals and whatever else waits have their turn, as soon as possible: in Node and in browsers alike. */
export function turnOfOthers(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const onmessage = () => {
      port1.close();
      resolve();
    };
    // Not by name: the types of Node leave it to those of browsers.
    Object.assign(port1, { onmessage });
    port2.postMessage(undefined);
  });
}
