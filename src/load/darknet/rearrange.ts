import { depthToSpace, resize, spaceToDepth } from '../../network/operators/index.ts';
import { shift } from '../../network/reads.ts';
import { CHANNEL_AXIS, map, type SectionKind, sizes } from './section-kind.ts';

/** [upsample]: every position becomes stride x stride ones. */
export const upsample: SectionKind = ({ b, section, input }) => {
  const stride = section.integer('stride', { otherwise: 2 });
  const { channels, height, width } = sizes(input);
  const { dims } = map(channels, height * stride, width * stride);
  return resize(b, 'upsample', input, { dims, mode: 'nearest', op: 'Upsample' });
};

/** [reorg], [reorg3d]: blocks of stride x stride positions become channels, or with reverse=1 back. */
export const reorg: SectionKind = ({ b, section, input }) => {
  const block = section.integer('stride', { otherwise: 1 });
  const reverse = section.integer('reverse', { otherwise: 0, min: 0 }) > 0;
  const rearrange = reverse ? depthToSpace : spaceToDepth;
  return rearrange(b, 'reorg', input, { block, channelAxis: CHANNEL_AXIS });
};

/** [crop]: the middle of the map. */
export const crop: SectionKind = ({ b, section, input }) => {
  const { channels, height, width } = sizes(input);
  const cropHeight = section.integer('crop_height', { otherwise: 1 });
  const cropWidth = section.integer('crop_width', { otherwise: 1 });
  if (cropHeight > height || cropWidth > width) {
    throw section.error(`${cropHeight} x ${cropWidth} positions cannot be cut out of ${height} x ${width}`);
  }
  const operand = {
    tensor: input,
    rows: shift(Math.floor((height - cropHeight) / 2)),
    columns: shift(Math.floor((width - cropWidth) / 2)),
  };
  return b.layer({ name: 'crop', op: 'Crop' }, [operand], map(channels, cropHeight, cropWidth));
};
