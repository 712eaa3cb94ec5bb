/** Further schedules: the same notebook once more, as a pipeline of its own, at other times and with other values. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PartialJSONValue } from '@lumino/coreutils';
import * as React from 'react';
import type { FurtherState, Parameter } from '../api/_generated';
import type { PipelineModel } from '../pipeline/model';
import { useWrong } from '../pipeline/setting-field';
import { isObject, settingAt } from '../pipeline/settings';
import { misfit, parameterLabel } from '../runs/parameter-fields';
import { parameterText, parseParameter } from '../runs/parameters';
import { Act } from '../ui/button';
import { Field } from '../ui/field';
import { Sentence, useChanges, useTrans } from '../ui/react';
import type { PublishModel } from './model';
import { formatMoment } from './moments';
import { browserTimezone } from './presets';

const NAME = /^[a-z0-9][a-z0-9_-]{0,40}$/;

interface IFurtherProps {
  model: PipelineModel;
  publishing: PublishModel;
}

export function FurtherSchedules(props: IFurtherProps): JSX.Element {
  const trans = useTrans();
  const { model, publishing } = props;
  useChanges(publishing);
  const kept = settingAt(model.settings, ['schedules']);
  const names = isObject(kept) ? Object.keys(kept) : [];
  const states = publishing.state?.further ?? [];
  const left = states.filter(state => !state.wanted && state.message !== '');
  return (
    <details className="jp-Promote-further">
      <summary>
        {names.length === 0
          ? trans.__('Further schedules')
          : trans.__('Further schedules (%1)', names.length)}
      </summary>
      <p className="jp-Promote-note">
        {trans.__(
          'The same notebook at other times or with other values; each is published with it, as a pipeline of its own.'
        )}
      </p>
      {names.map(name => (
        <FurtherSchedule
          key={name}
          model={model}
          name={name}
          state={states.find(state => state.name === name) ?? null}
        />
      ))}
      {left.map(state => (
        <p key={state.name} className="jp-Promote-wrong">
          <Sentence text={state.message} />
        </p>
      ))}
      <AddSchedule model={model} taken={names} />
    </details>
  );
}

function FurtherSchedule(props: {
  model: PipelineModel;
  name: string;
  state: FurtherState | null;
}): JSX.Element {
  const trans = useTrans();
  const { model, name, state } = props;
  const at = ['schedules', name];
  const text = (key: string): string => {
    const value = settingAt(model.settings, [...at, 'schedule', key]);
    return typeof value === 'string' ? value : '';
  };
  return (
    <fieldset className="jp-Promote-furtherOne">
      <legend>{name}</legend>
      <div className="jp-Promote-form">
        <Field
          id={`jp-Promote-further-${name}-cron`}
          label={trans.__('Cron')}
          placeholder={trans.__('by hand only')}
          value={text('cron')}
          onChange={value =>
            model.set([...at, 'schedule', 'cron'], value.trim() || null)
          }
        />
        <Field
          id={`jp-Promote-further-${name}-timezone`}
          label={trans.__('Timezone')}
          value={text('timezone')}
          onChange={value =>
            model.set([...at, 'schedule', 'timezone'], value.trim())
          }
        />
        {(model.analysis?.parameters ?? []).map(parameter => (
          <ValueField
            key={parameter.name}
            model={model}
            name={name}
            parameter={parameter}
          />
        ))}
      </div>
      <p className="jp-Promote-note" role="status">
        <Sentence text={stateText(trans, state, text('timezone'))} />
      </p>
      <Act
        label={trans.__('Remove the schedule %1', name)}
        onClick={() => model.set(at, undefined)}
      >
        {trans.__('Remove')}
      </Act>
    </fieldset>
  );
}

/** What takes the place of a parameter's default. */
function ValueField(props: {
  model: PipelineModel;
  name: string;
  parameter: Parameter;
}): JSX.Element {
  const trans = useTrans();
  const { model, name, parameter } = props;
  const path = ['schedules', name, 'values', parameter.name];
  const value = settingAt(model.settings, path);
  const onWrong = useWrong(model, `${name}: ${parameter.name}`);
  return (
    <Field
      id={`jp-Promote-further-${name}-${parameter.name}`}
      label={parameterLabel(parameter)}
      placeholder={parameterText(parameter)}
      value={
        value === undefined
          ? ''
          : typeof value === 'string'
            ? value
            : JSON.stringify(value)
      }
      check={text => misfit(trans, parameter, text)}
      onWrong={onWrong}
      onChange={text => {
        const parsed = text === '' ? null : parseParameter(parameter, text);
        model.set(path, isJson(parsed?.value) ? parsed.value : undefined);
      }}
    />
  );
}

function isJson(value: unknown): value is PartialJSONValue {
  return value !== undefined;
}

function AddSchedule(props: {
  model: PipelineModel;
  taken: readonly string[];
}): JSX.Element {
  const trans = useTrans();
  const { model, taken } = props;
  const [name, setName] = React.useState('');
  const wrong = (text: string): string =>
    text === '' || NAME.test(text)
      ? ''
      : trans.__('Use lower-case letters, digits, “-” and “_”.');
  const usable = NAME.test(name) && !taken.includes(name);
  return (
    <form
      className="jp-Promote-furtherAdd"
      onSubmit={event => {
        event.preventDefault();
        if (usable) {
          model.set(['schedules', name, 'schedule'], {
            cron: '0 6 * * 1',
            timezone: browserTimezone()
          });
          setName('');
        }
      }}
    >
      <Field
        id="jp-Promote-further-name"
        label={trans.__('Name')}
        placeholder={trans.__('weekly')}
        value={name}
        check={wrong}
        onChange={setName}
      />
      <button type="submit" className="jp-Promote-button" disabled={!usable}>
        {trans.__('Add a schedule')}
      </button>
    </form>
  );
}

function stateText(
  trans: TranslationBundle,
  state: FurtherState | null,
  timezone: string
): string {
  if (state === null || state.state === 'never_published') {
    return state?.message || trans.__('Published with the next publish.');
  }
  if (state.state !== 'up_to_date') {
    return state.message || trans.__('Changed since it was published.');
  }
  if (state.paused) {
    return trans.__('%1: paused', state.dagId);
  }
  return state.nextRun === null
    ? trans.__('%1: on, runs by hand', state.dagId)
    : trans.__(
        '%1: next run %2',
        state.dagId,
        formatMoment(new Date(state.nextRun), timezone, new Date())
      );
}
