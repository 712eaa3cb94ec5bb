/** The plain button of all panels. */
import * as React from 'react';

export function Act(
  props: React.PropsWithChildren<{
    disabled?: boolean;
    /** The name, where the text alone does not say what it acts on. */
    label?: string;
    onClick: (event: React.MouseEvent) => void;
  }>
): JSX.Element {
  return (
    <button
      type="button"
      className="jp-Promote-button"
      disabled={props.disabled}
      aria-label={props.label}
      onClick={props.onClick}
    >
      {props.children}
    </button>
  );
}
