import { isSystemError } from './system-errors.ts';

/** True where a process of this number runs on this machine, maybe another one than once. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isSystemError(error, 'EPERM');
  }
}
