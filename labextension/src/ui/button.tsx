/** The button of all panels, plain or with the look of a link. */
import * as React from 'react';

export function Act(
  props: React.PropsWithChildren<{
    look?: 'button' | 'link';
    disabled?: boolean;
    /** The name, where the text alone does not say what it acts on. */
    label?: string;
    /** What is said at the pointer. */
    title?: string;
    onClick: (event: React.MouseEvent) => void;
  }>
): JSX.Element {
  return (
    <button
      type="button"
      className={`jp-Promote-${props.look ?? 'button'}`}
      disabled={props.disabled}
      aria-label={props.label}
      title={props.title}
      onClick={props.onClick}
    >
      {props.children}
    </button>
  );
}
