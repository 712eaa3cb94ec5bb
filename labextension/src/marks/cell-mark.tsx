/** The button at a cell that opens its findings, with their fixes, below the cell's code. */
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';
import { FindingItem } from '../pipeline/finding-list';
import type { IMark } from '../pipeline/findings';
import type { PipelineModel } from '../pipeline/model';
import { FocusKeeper } from '../ui/focus';
import { plainSentence, Translated, useTrans } from '../ui/react';

export namespace CellMark {
  export interface IOptions {
    pipeline: PipelineModel;
    translator: ITranslator;
  }
}

export class CellMark extends ReactWidget {
  constructor(private readonly _options: CellMark.IOptions) {
    super();
    this.addClass('jp-Promote-cellMark');
    this.node.dataset.lmSuppressShortcuts = 'true';
    this._focus = new FocusKeeper(this.node);
  }

  /** With its last finding it goes; the keyboard stays at the cell. */
  override dispose(): void {
    const held = this.node.contains(document.activeElement);
    const cell = this.node.parentElement;
    this._focus.dispose();
    super.dispose();
    if (held) {
      cell?.focus();
    }
  }

  /** Show these findings; what a person opened stays open. */
  showMark(mark: IMark): void {
    this._mark = mark;
    this.node.dataset.group = mark.worst;
    this.update();
  }

  protected override render(): JSX.Element | null {
    return (
      this._mark && (
        <Translated translator={this._options.translator}>
          <Findings pipeline={this._options.pipeline} mark={this._mark} />
        </Translated>
      )
    );
  }

  private readonly _focus: FocusKeeper;
  private _mark: IMark | null = null;
}

function Findings(props: {
  pipeline: PipelineModel;
  mark: IMark;
}): JSX.Element {
  const trans = useTrans();
  const { pipeline, mark } = props;
  const [open, setOpen] = React.useState(false);
  const id = React.useId();
  const button = React.useRef<HTMLButtonElement>(null);
  const close = (event: React.KeyboardEvent): void => {
    if (event.key === 'Escape') {
      setOpen(false);
      button.current?.focus();
    }
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className="jp-Promote-markButton"
        aria-expanded={open}
        aria-controls={id}
        aria-label={markLabel(trans, mark)}
        title={plainSentence(mark.findings[0]?.message ?? '')}
        onClick={() => setOpen(!open)}
        onKeyDown={close}
      >
        <span aria-hidden="true">{mark.worst === 'blocks' ? '✕' : '!'}</span>{' '}
        {mark.findings.length}
      </button>
      <div
        id={id}
        hidden={!open}
        className="jp-Promote-markBody"
        onKeyDown={close}
      >
        {open && (
          <ul data-group={mark.worst}>
            {mark.findings.map((finding, index) => (
              <FindingItem
                key={`${finding.code} ${index}`}
                model={pipeline}
                finding={finding}
                inCell
              />
            ))}
          </ul>
        )}
      </div>
    </>
  );
}

function markLabel(trans: TranslationBundle, mark: IMark): string {
  const count = mark.findings.length;
  return mark.worst === 'blocks'
    ? trans._n(
        '%1 finding in this cell, it blocks publishing',
        '%1 findings in this cell, publishing is blocked',
        count
      )
    : trans._n(
        '%1 finding to check in this cell',
        '%1 findings to check in this cell',
        count
      );
}
