/**
 * The pictures of docs/concepts.md, each drawn from what the tool computes, and that of docs/performance.md, drawn from what was
 * measured. test/docs/concept-pictures.test.ts holds that they are up to date.
 */
import { copiesPicture } from './pictures/copies.ts';
import { dependenciesPicture } from './pictures/dependencies.ts';
import { movementPicture } from './pictures/movement.ts';
import { scalingPicture } from './pictures/scaling.ts';
import { setsPicture } from './pictures/sets.ts';

/** The pictures by the names of their files in docs/pictures. */
export const conceptPictures: Readonly<Record<string, () => string>> = {
  'sets.svg': setsPicture,
  'dependencies.svg': dependenciesPicture,
  'copies.svg': copiesPicture,
  'movement.svg': movementPicture,
  'scaling.svg': scalingPicture,
};
