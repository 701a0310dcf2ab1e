/** Time that this process has computed, in ms: tests with limits of time hold on busy machines, too. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
