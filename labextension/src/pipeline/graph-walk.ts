/** Going through the drawing by keyboard: one stop of the Tab key, and arrow keys inside. Pure. */
import type { Edge } from '../api/_generated';

/** A step or an edge of the drawing, by name: an edit brings other objects for the same. */
export interface IPlace {
  readonly step?: string;
  readonly edge?: readonly [string, string];
}

/** What tells a place from the others; steps may have any text as their name. */
export function keyOf(place: IPlace): string {
  return JSON.stringify(place.edge ?? place.step ?? null);
}

/** Each step, followed by the edges that leave it. */
export function placesOn(
  steps: readonly string[],
  edges: readonly Edge[]
): IPlace[] {
  const places: IPlace[] = [];
  for (const step of steps) {
    places.push({ step });
    for (const { from, to } of edges) {
      if (from === step && steps.includes(to)) {
        places.push({ edge: [from, to] });
      }
    }
  }
  return places;
}

/**
 * Where a key leads: left and right to the neighbour, up and down to the step before and after, of an edge to its ends.
 *
 * @returns null for a key that leads nowhere.
 */
export function placeAfter(
  places: readonly IPlace[],
  at: IPlace,
  key: string
): IPlace | null {
  const index = places.findIndex(place => keyOf(place) === keyOf(at));
  const isStep = (place: IPlace): boolean => place.step !== undefined;
  switch (key) {
    case 'ArrowLeft':
      return places[index - 1] ?? null;
    case 'ArrowRight':
      return places[index + 1] ?? null;
    case 'ArrowUp':
      return at.edge
        ? { step: at.edge[0] }
        : (places.slice(0, Math.max(0, index)).reverse().find(isStep) ?? null);
    case 'ArrowDown':
      return at.edge
        ? { step: at.edge[1] }
        : (places.slice(index + 1).find(isStep) ?? null);
    case 'Home':
      return places[0] ?? null;
    case 'End':
      return [...places].reverse().find(isStep) ?? null;
    default:
      return null;
  }
}
