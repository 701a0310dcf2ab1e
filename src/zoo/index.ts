export type { Published, PublishedSpeedup, ZooDimension, ZooEntry } from './entry.ts';
export { findZooEntry, type ZooOptions, zoo, zooNetwork } from './zoo.ts';
