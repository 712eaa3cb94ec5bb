/** The commands that tag cells; each works on the selected cells of the active notebook. */
import type { Notebook } from '@jupyterlab/notebook';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { CommandIDs } from '../commands';
import { addBoundaryCommands } from './boundaries';
import {
  activeStep,
  type ITaggingOptions,
  type ITaggingTarget,
  NO_ARGUMENTS
} from './target';
import { chosenCells } from './edit';
import { nameOffered } from './headings';
import {
  assign,
  mergeWithPrevious,
  previousStep,
  skipBelow,
  startStep,
  toggleParameters,
  toggleSkip
} from './retag';
import { askStepName } from './step-name';
import { isStepName, placesOf, stepNames } from './tags';

const STEP_ARGUMENT = {
  args: {
    type: 'object',
    properties: {
      step: { type: 'string', description: 'Name of the step' }
    }
  }
} as const;

/** Adds the commands; what they change is one undo step each. */
export class TaggingCommands {
  constructor(private readonly _options: ITaggingOptions) {
    this._addNaming();
    this._addMarks();
    this._addStructure();
    addBoundaryCommands(_options);
  }

  private _addNaming(): void {
    const { commands, trans } = this._options;
    commands.addCommand(CommandIDs.assignStep, {
      label: args =>
        typeof args.step === 'string'
          ? args.step
          : trans.__('Put Cells into a New Step…'),
      caption: trans.__('Put the selected cells into a pipeline step'),
      describedBy: STEP_ARGUMENT,
      isEnabled: () => this._target() !== null,
      isToggled: args => {
        const target = this._target();
        return target !== null && activeStep(target) === args.step;
      },
      execute: args =>
        this._named(args, trans.__('Put cells into step'), (target, name) =>
          target.pipeline.retag(
            assign(target.pipeline.cells, chosen(target), name)
          )
        )
    });
    commands.addCommand(CommandIDs.startStep, {
      label: trans.__('Start a Step Here…'),
      caption: trans.__('Begin a new step with the selected cells'),
      describedBy: STEP_ARGUMENT,
      isEnabled: () => this._target() !== null,
      execute: args =>
        this._named(
          args,
          trans.__('Start step'),
          (target, name) => {
            const { cells } = target.pipeline;
            const selected = chosen(target);
            const begun = startStep(cells, Math.min(...selected), name);
            const put = assign(cells, selected, name);
            target.pipeline.retag(new Map([...begun, ...put]));
          },
          target =>
            nameOffered(target.pipeline.cells, Math.min(...chosen(target)))
        )
    });
    commands.addCommand(CommandIDs.renameStep, {
      label: trans.__('Rename Step Everywhere…'),
      caption: trans.__('Rename the step of the active cell in all its cells'),
      describedBy: STEP_ARGUMENT,
      isEnabled: () => this._step() !== null,
      execute: args => {
        const old = this._step();
        return old === null
          ? undefined
          : this._named(
              args,
              trans.__('Rename step %1', old),
              (target, name) => target.pipeline.rename(old, name),
              () => old
            );
      }
    });
  }

  private _addMarks(): void {
    const { commands, trans } = this._options;
    commands.addCommand(CommandIDs.toggleSkip, {
      label: trans.__('Skip in Pipelines'),
      caption: trans.__('Do not run the selected cells in a pipeline'),
      describedBy: NO_ARGUMENTS,
      isEnabled: () => this._target() !== null,
      isToggled: () => this._place()?.skipped ?? false,
      execute: () =>
        this._change(target =>
          toggleSkip(target.pipeline.cells, chosen(target))
        )
    });
    commands.addCommand(CommandIDs.skipBelow, {
      label: trans.__('Skip Everything from Here'),
      caption: trans.__(
        'Do not run the active cell and the cells below it in a pipeline'
      ),
      describedBy: NO_ARGUMENTS,
      isEnabled: () => this._target() !== null,
      execute: () =>
        this._change(target => skipBelow(target.pipeline.cells, active(target)))
    });
    commands.addCommand(CommandIDs.toggleParameters, {
      label: trans.__('Parameters Cell'),
      caption: trans.__('The assignments in this cell can be set for each run'),
      describedBy: NO_ARGUMENTS,
      isEnabled: () => this._target() !== null,
      isToggled: () => this._place()?.parameters ?? false,
      execute: () =>
        this._change(target =>
          toggleParameters(target.pipeline.cells, active(target))
        )
    });
  }

  private _addStructure(): void {
    const { commands, trans } = this._options;
    commands.addCommand(CommandIDs.mergeStep, {
      label: trans.__('Merge with Previous Step'),
      caption: trans.__('Make this step part of the one above it'),
      describedBy: NO_ARGUMENTS,
      isEnabled: () => {
        const target = this._target();
        const step = this._step();
        return (
          target !== null &&
          step !== null &&
          previousStep(target.pipeline.cells, step) !== null
        );
      },
      execute: () =>
        this._change(target =>
          mergeWithPrevious(target.pipeline.cells, activeStep(target) ?? '')
        )
    });
    commands.addCommand(CommandIDs.untag, {
      label: trans.__('Remove Step Tag'),
      caption: trans.__('Let the selected cells follow the step above them'),
      describedBy: NO_ARGUMENTS,
      isEnabled: () => (this._place()?.tagged ?? null) !== null,
      execute: () =>
        this._change(target =>
          assign(target.pipeline.cells, chosen(target), null)
        )
    });
  }

  private async _named(
    args: ReadonlyPartialJSONObject,
    title: string,
    change: (target: ITaggingTarget, name: string) => void,
    text: (target: ITaggingTarget) => string = () => ''
  ): Promise<void> {
    const target = this._target();
    if (!target) {
      return;
    }
    const name =
      typeof args.step === 'string'
        ? args.step
        : await this._ask(title, text(target), target);
    if (name !== null && isStepName(name)) {
      change(target, name);
    }
    target.panel.content.activate();
  }

  private async _ask(
    title: string,
    text: string,
    target: ITaggingTarget
  ): Promise<string | null> {
    const { trans } = this._options;
    const others = stepNames(target.pipeline.cells);
    return askStepName({
      trans,
      title,
      text,
      offered: others,
      taken: name =>
        name !== text && others.includes(name)
          ? trans.__('The notebook has this step: the cells are put into it.')
          : ''
    });
  }

  private _change(
    change: (target: ITaggingTarget) => ReturnType<typeof assign>
  ): void {
    const target = this._target();
    if (target) {
      target.pipeline.retag(change(target));
    }
  }

  private _target(): ITaggingTarget | null {
    return this._options.target();
  }

  private _step(): string | null {
    const target = this._target();
    return target ? activeStep(target) : null;
  }

  private _place(): ReturnType<typeof placesOf>[number] | undefined {
    const target = this._target();
    return target ? placesOf(target.pipeline.cells)[active(target)] : undefined;
  }
}

function active(target: ITaggingTarget): number {
  return target.panel.content.activeCellIndex;
}

function chosen(target: ITaggingTarget): number[] {
  const notebook: Notebook = target.panel.content;
  return chosenCells(notebook);
}
