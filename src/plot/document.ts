import { parseHTML } from 'linkedom';

/** A document to draw into where there is no browser. */
export function emptyDocument(): Document {
  return parseHTML('<!doctype html><html><head></head><body></body></html>').document;
}
