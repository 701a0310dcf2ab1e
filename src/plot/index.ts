/** Plots as files, without a browser; pages take what is in draw.ts. Users get src/node/plot.ts, which checks what it is given. */
export { plotPng } from './png.ts';
export { plotSvg } from './svg.ts';
