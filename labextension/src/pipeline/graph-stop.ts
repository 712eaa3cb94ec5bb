/** The one part of a drawing at which the Tab key stops, and how the arrow keys move it. */
import * as React from 'react';
import type { Analysis } from '../api/_generated';
import { type IPlace, keyOf, placeAfter, placesOn } from './graph-walk';

export interface IWalk {
  /** Key of the part at which the Tab key stops. */
  readonly stop: string;
  /** A part has the focus now. */
  readonly stopAt: (place: IPlace) => void;
  readonly onKeyDown: (event: React.KeyboardEvent<SVGSVGElement>) => void;
}

export function useWalk({ steps, edges }: Analysis): IWalk {
  const [at, setAt] = React.useState<IPlace>({});
  const places = React.useMemo(
    () =>
      placesOn(
        steps.map(step => step.name),
        edges
      ),
    [steps, edges]
  );
  const known = places.find(place => keyOf(place) === keyOf(at)) ?? places[0];
  return {
    stop: keyOf(known ?? {}),
    stopAt: setAt,
    onKeyDown: event => {
      const next = placeAfter(places, known ?? {}, event.key);
      const plain = !event.altKey && !event.ctrlKey && !event.metaKey;
      if (next !== null && plain) {
        // Neither the drawing nor the sidebar scrolls by itself.
        event.preventDefault();
        partAt(event.currentTarget, next)?.focus();
      }
    }
  };
}

function partAt(
  drawing: SVGSVGElement,
  place: IPlace
): SVGGElement | undefined {
  const key = keyOf(place);
  return [...drawing.querySelectorAll<SVGGElement>('[data-place]')].find(
    part => part.dataset.place === key
  );
}
