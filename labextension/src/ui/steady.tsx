/** A scrolling box in which what a person works at stays where it is, whatever comes or goes above it. */
import * as React from 'react';

export function SteadyBox(
  props: React.PropsWithChildren<{ freshness: string }>
): JSX.Element {
  const box = React.useRef<HTMLDivElement>(null);
  const content = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    const outer = box.current;
    const inner = content.current;
    if (outer === null || inner === null) {
      return;
    }
    let place: IPlace | null = null;
    const remember = (): void => {
      place = placeOfFocus(outer);
    };
    const observer = new ResizeObserver(() => {
      outer.scrollTop += movedBy(place);
      remember();
    });
    observer.observe(inner);
    outer.addEventListener('focusin', remember);
    outer.addEventListener('scroll', remember);
    return () => {
      observer.disconnect();
      outer.removeEventListener('focusin', remember);
      outer.removeEventListener('scroll', remember);
    };
  }, []);
  return (
    <div
      ref={box}
      className="jp-Promote-scroll"
      data-freshness={props.freshness}
    >
      <div ref={content} className="jp-Promote-sheet">
        {props.children}
      </div>
    </div>
  );
}

/** Where the focused element stood on the page. */
interface IPlace {
  readonly element: Element;
  readonly top: number;
}

function placeOfFocus(root: Element): IPlace | null {
  const element = document.activeElement;
  return element !== null && element !== root && root.contains(element)
    ? { element, top: element.getBoundingClientRect().top }
    : null;
}

/** How far down it stands now; nothing for what has lost the focus meanwhile. */
function movedBy(place: IPlace | null): number {
  return place !== null && document.activeElement === place.element
    ? place.element.getBoundingClientRect().top - place.top
    : 0;
}
