/** An image that was decoded: alpha, colour profile and orientation are left out. */
export interface Image {
  /** Pixels of a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** 1 for levels of grey, 3 for red, green and blue. */
  readonly channels: 1 | 3;
  /** 0 to 255, row by row, channels of a pixel behind each other. */
  readonly pixels: Uint8Array;
}
