import type { TimelineCanvas } from './timeline-canvas.ts';

/** A step of the wheel makes the window so many times as long. */
const WHEEL_FACTOR = 1.0018;
/** A pointer that has moved less than this was not dragged. */
const DRAG_PIXELS = 4;

/** What gestures lead to besides moving. */
export interface GestureHandlers {
  /** A pointer is over a place of the canvas; nowhere where it has left. */
  hover(place: { readonly x: number; readonly y: number } | undefined): void;
  /** A place was chosen by a click or a tap. */
  choose(place: { readonly x: number; readonly y: number }): void;
}

/** Pans by dragging, zooms by pinching and by the wheel; returns what ends it. */
export function listenToGestures(
  element: HTMLElement,
  frame: HTMLElement,
  picture: TimelineCanvas,
  handlers: GestureHandlers,
): () => void {
  const pointers = new Map<number, { x: number; y: number }>();
  let dragged = 0;

  const placeOf = ({ clientX, clientY }: MouseEvent) => {
    const { left, top } = element.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };
  const spread = () => {
    const [a, b] = [...pointers.values()];
    return a === undefined || b === undefined
      ? undefined
      : { x: (a.x + b.x) / 2, apart: Math.abs(a.x - b.x) };
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    pointers.set(event.pointerId, placeOf(event));
    element.setPointerCapture(event.pointerId);
    dragged = 0;
  };
  const move = (event: PointerEvent) => {
    const place = placeOf(event);
    const last = pointers.get(event.pointerId);
    if (last === undefined) return handlers.hover(place);
    const before = spread();
    pointers.set(event.pointerId, place);
    dragged += Math.abs(place.x - last.x) + Math.abs(place.y - last.y);
    if (dragged < DRAG_PIXELS) return;
    handlers.hover(undefined);
    const after = spread();
    if (before !== undefined && after !== undefined) {
      picture.zoom(Math.max(1, before.apart) / Math.max(1, after.apart), picture.cycleAt(after.x));
      return;
    }
    const { from, to } = picture.state.window;
    picture.pan((picture.cycleAt(last.x) - picture.cycleAt(place.x)) / (to - from));
    // A finger scrolls by itself.
    if (event.pointerType === 'mouse') frame.scrollTop -= place.y - last.y;
  };
  const up = (event: PointerEvent) => {
    const wasDown = pointers.delete(event.pointerId);
    if (wasDown && dragged < DRAG_PIXELS && event.type === 'pointerup') handlers.choose(placeOf(event));
  };
  const leave = () => handlers.hover(undefined);
  const wheel = (event: WheelEvent) => {
    const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    // The page scrolls as pages do, unless the picture has the focus.
    if (!event.ctrlKey && !isSideways && document.activeElement !== element) return;
    event.preventDefault();
    if (isSideways && !event.ctrlKey)
      return picture.pan((event.deltaX || event.deltaY) / element.clientWidth);
    picture.zoom(WHEEL_FACTOR ** event.deltaY, picture.cycleAt(placeOf(event).x));
  };
  const listeners = [
    ['pointerdown', down],
    ['pointermove', move],
    ['pointerup', up],
    ['pointercancel', up],
    ['pointerleave', leave],
    ['wheel', wheel],
  ] as const;
  for (const [type, listener] of listeners) {
    element.addEventListener(type, listener as EventListener, { passive: false });
  }
  return () => {
    for (const [type, listener] of listeners) element.removeEventListener(type, listener as EventListener);
  };
}
