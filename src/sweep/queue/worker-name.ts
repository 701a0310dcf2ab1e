/** The name under which Redis knows the connection of a worker; it says how many threads are behind it. */
export function workerName(threads: number): string {
  return `threads-${threads}`;
}

/** Threads behind a connection of this name. */
export function threadsOf(name: string): number {
  return Number(/:w:threads-(\d{1,5})$/.exec(name)?.[1] ?? 0);
}
