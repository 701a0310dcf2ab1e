import { oneOf } from '../input/options.ts';

/**
 * `xinf`: cross-layer inference, CLSA-CIM; every set starts as soon as it may. `lbl`: layer by layer, the
 * state of the art that the paper compares against (spec.md section 4).
 */
export type Scheduling = 'xinf' | 'lbl';

/** What can be a {@link Scheduling}. */
export const schedulingSchema = oneOf(['xinf', 'lbl']);
