/** Plots as files, without a browser; pages take what is in draw.ts. */
export { plotPng } from './png.ts';
export { plotSvg } from './svg.ts';
