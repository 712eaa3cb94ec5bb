/** What every component of the sidebar uses: the translator, redrawing on a signal, small pieces of markup. */
import {
  type ITranslator,
  nullTranslator,
  type TranslationBundle
} from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';
import { Guard } from './guard';

export const DOMAIN = 'jupyterlab_promote';

const Translation = React.createContext<TranslationBundle>(
  nullTranslator.load(DOMAIN)
);

/** Gives the translator to all components below, and says so where they cannot be drawn. */
export function Translated(
  props: React.PropsWithChildren<{ translator: ITranslator }>
): JSX.Element {
  const trans = props.translator.load(DOMAIN);
  return (
    <Translation.Provider value={trans}>
      <Guard trans={trans}>{props.children}</Guard>
    </Translation.Provider>
  );
}

export function useTrans(): TranslationBundle {
  return React.useContext(Translation);
}

/** Draw again whenever the model says that it changed. */
export function useChanges<T>(model: {
  readonly changed: ISignal<T, void>;
}): void {
  const [, draw] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    const slot = (): void => draw();
    model.changed.connect(slot);
    // It may have changed between the first drawing and now.
    draw();
    return () => {
      model.changed.disconnect(slot);
    };
  }, [model]);
}

/** A part of the sidebar that opens and closes. */
export function Section(
  props: React.PropsWithChildren<{
    id: string;
    title: string;
    note?: React.ReactNode;
    initiallyOpen?: boolean;
    /** It opens whenever this becomes another text, because of something in it that was asked for. */
    opensFor?: string;
  }>
): JSX.Element {
  const { opensFor = '' } = props;
  const [open, setOpen] = React.useState(props.initiallyOpen ?? true);
  const [openedFor, setOpenedFor] = React.useState(opensFor);
  if (opensFor !== openedFor) {
    setOpenedFor(opensFor);
    setOpen(open || opensFor !== '');
  }
  const body = `jp-Promote-section-${props.id}`;
  return (
    <section className="jp-Promote-section" aria-label={props.title}>
      <h2 className="jp-Promote-sectionTitle">
        <button
          type="button"
          className="jp-Promote-sectionButton"
          aria-expanded={open}
          aria-controls={body}
          onClick={() => setOpen(!open)}
        >
          <span className="jp-Promote-caret" aria-hidden="true" />
          {props.title}
        </button>
        {props.note !== undefined && (
          <span className="jp-Promote-sectionNote">{props.note}</span>
        )}
      </h2>
      <div id={body} className="jp-Promote-sectionBody" hidden={!open}>
        {props.children}
      </div>
    </section>
  );
}

/** A problem with what to do next. */
export function ProblemBox(props: {
  problem: { message: string; hint: string };
  children?: React.ReactNode;
}): JSX.Element {
  return (
    <div className="jp-Promote-problem" role="alert">
      <p>
        <Sentence text={props.problem.message} />
      </p>
      {props.problem.hint && (
        <p>
          <Sentence text={props.problem.hint} />
        </p>
      )}
      {props.children}
    </div>
  );
}

/** Gives the colour of a step to the style sheet. */
export function stepStyle(colour: string | undefined): React.CSSProperties {
  const style: React.CSSProperties & { '--promote-step-colour'?: string } = {
    '--promote-step-colour': colour
  };
  return style;
}

const CODE = /`([^`]+)`/g;

/** A sentence in which `code` between backticks is set as code. */
export function Sentence(props: { text: string }): JSX.Element {
  return (
    <>
      {props.text
        .split(CODE)
        .map((part, index) =>
          index % 2 === 1 ? <code key={index}>{part}</code> : part
        )}
    </>
  );
}

/** The same sentence where nothing can be set as code, such as in a dialog of JupyterLab. */
export function plainSentence(text: string): string {
  return text.replace(CODE, '“$1”');
}
