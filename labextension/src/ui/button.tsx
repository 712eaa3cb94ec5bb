/** The button of all panels, plain or with the look of a link; and the link that leads out of JupyterLab. */
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

/** A link to a page of Airflow or Ray; it opens beside JupyterLab. */
export function OutwardLink(
  props: React.PropsWithChildren<{ href: string }>
): JSX.Element {
  return (
    <a
      className="jp-Promote-link"
      href={props.href}
      target="_blank"
      rel="noreferrer noopener"
    >
      {props.children}
    </a>
  );
}
