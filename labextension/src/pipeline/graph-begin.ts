/** A drawing that is wider than its place begins at its first step: its corner may be empty. */
import * as React from 'react';
import type { IDrawing } from './graph-layout';

/** The box that scrolls; a person who scrolled it is left where they are. */
export function useBegin(drawing: IDrawing): React.RefObject<HTMLDivElement> {
  const place = React.useRef<HTMLDivElement>(null);
  const [first] = drawing.nodes;
  const middle = first ? (first.x + first.width / 2) / drawing.width : 0;
  React.useEffect(() => {
    // Its size is known once Lab has laid it out.
    const frame = requestAnimationFrame(() => {
      const box = place.current;
      if (box && box.scrollLeft === 0) {
        box.scrollLeft = middle * box.scrollWidth - box.clientWidth / 2;
      }
    });
    return () => cancelAnimationFrame(frame);
  }, [middle]);
  return place;
}
