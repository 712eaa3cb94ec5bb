/** Run now, with the parameters' values. */
import * as React from 'react';
import type { Parameter } from '../api/_generated';
import { Act } from '../ui/button';
import { Field } from '../ui/field';
import { useTrans } from '../ui/react';
import { parameterText, parseParameter, typedValues } from './parameters';

/** What starts runs. */
interface IStarter {
  readonly busy: boolean;
  trigger(parameters: Readonly<Record<string, unknown>>): Promise<void>;
}

export function Trigger(props: {
  runs: IStarter;
  parameters: readonly Parameter[];
}): JSX.Element {
  const trans = useTrans();
  const { runs, parameters } = props;
  const [texts, setTexts] = React.useState<Readonly<Record<string, string>>>(
    {}
  );
  const missing = parameters.filter(
    parameter => parameter.required && !texts[parameter.name]
  );
  return (
    <div className="jp-Promote-trigger">
      {parameters.length > 0 && (
        <details open={missing.length > 0}>
          <summary>{trans.__('Parameters of the run')}</summary>
          <div className="jp-Promote-form">
            {parameters.map(parameter => (
              <Field
                key={parameter.name}
                id={`jp-Promote-parameter-${parameter.name}`}
                label={`${parameter.name} (${parameter.type})`}
                placeholder={parameterText(parameter)}
                value={texts[parameter.name] ?? ''}
                suggestions={
                  parameter.choices.length > 0
                    ? parameter.choices.map(String)
                    : undefined
                }
                check={text =>
                  text === '' || parseParameter(parameter, text)
                    ? ''
                    : trans.__('Not of type %1.', parameter.type)
                }
                onChange={text =>
                  setTexts({ ...texts, [parameter.name]: text })
                }
              />
            ))}
          </div>
        </details>
      )}
      <Act
        disabled={runs.busy || missing.length > 0}
        onClick={() => void runs.trigger(typedValues(parameters, texts))}
      >
        {trans.__('Run now')}
      </Act>
    </div>
  );
}
