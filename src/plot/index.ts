export { plotSvg } from './svg.ts';
