/** Reasons for reading too much that several families of operators have. */

export const spec = 'all of H and W is read (spec.md section 4), not one row or column';

export const crossing =
  'rows are read along columns, or tokens as a map, and what a row reads does not depend on the column';

export const allChannels =
  'a position is all of its channels (spec.md section 1), whichever of them are taken';

export const byData = 'what is read depends on the data, so all of it may be';
