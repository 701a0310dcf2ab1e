import { validate } from '../input/validate.ts';
import { type Architecture, architectureSchema } from './architecture.ts';

/** What was found right: one architecture is given to many schedules. */
const right = new WeakSet<object>();

/**
 * Demands of an architecture that comes from code what is demanded of a file: it may be one of ours with fields
 * changed, or have never been one.
 *
 * @throws ClsaCimError of kind `usage`, one line that names the field, what was found and what is allowed.
 */
export function demandArchitecture(architecture: Architecture): void {
  if (right.has(architecture)) return;
  validate(architectureSchema, architecture, 'architecture', 'usage');
  right.add(architecture);
}
