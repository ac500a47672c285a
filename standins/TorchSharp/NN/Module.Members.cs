using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        // Walking over what a module holds, and its state as a dictionary.
        public partial class Module
        {
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<nint> { 0 };
                foreach ((string name, Parameter parameter) in _internal_params)
                {
                    if (seen.Add(parameter.HandleOrZero)) yield return (name, parameter);
                }
                if (!recurse) yield break;
                foreach ((string child, Module module) in _internal_submodules)
                {
                    foreach ((string name, Parameter parameter) in module.named_parameters())
                    {
                        if (seen.Add(parameter.HandleOrZero)) yield return ($"{child}.{name}", parameter);
                    }
                }
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) =>
                named_parameters(recurse).Select(p => p.parameter);

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true,
                bool include_nonpersistent = true)
            {
                var seen = new HashSet<nint> { 0 };
                foreach ((string name, (Tensor buffer, bool persistent)) in _internal_buffers)
                {
                    // As in TorchSharp 0.106, whatever include_nonpersistent says.
                    if (!persistent || !seen.Add(buffer.HandleOrZero)) continue;
                    yield return (name, buffer);
                }
                if (!recurse) yield break;
                foreach ((string child, Module module) in _internal_submodules)
                {
                    foreach ((string name, Tensor buffer) in module.named_buffers(true, include_nonpersistent))
                    {
                        if (seen.Add(buffer.HandleOrZero)) yield return ($"{child}.{name}", buffer);
                    }
                }
            }

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(b => b.buffer);

            public virtual IEnumerable<(string name, Module module)> named_children() => _internal_submodules;

            public virtual IEnumerable<Module> children() => named_children().Select(c => c.module);

            /// <summary>The modules inside, by dotted name; this one is not among them.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach ((string name, Module module) in _internal_submodules) yield return (name, module);
                foreach ((string child, Module module) in _internal_submodules)
                {
                    foreach ((string name, Module inner) in module.named_modules()) yield return ($"{child}.{name}", inner);
                }
            }

            public virtual IEnumerable<Module> modules() => named_modules().Select(m => m.module);

            public virtual bool has_parameter(string target) => get_parameter(target) is not null;

            public virtual bool has_buffer(string target) => get_buffer(target) is not null;

            public virtual Parameter? get_parameter(string target)
            {
                if (_internal_params.TryGetValue(target, out Parameter? parameter)) return parameter;
                return Descend(target) is var (module, rest) ? module.get_parameter(rest) : null;
            }

            public virtual Tensor? get_buffer(string target)
            {
                if (_internal_buffers.TryGetValue(target, out (Tensor Tensor, bool) buffer)) return buffer.Tensor;
                return Descend(target) is var (module, rest) ? module.get_buffer(rest) : null;
            }

            /// <summary>Parameters and persistent buffers by dotted name: the tensors themselves, not copies.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null,
                string? prefix = null)
            {
                destination ??= [];
                foreach ((string name, Parameter parameter) in named_parameters()) destination.TryAdd(Prefixed(name), parameter);
                foreach ((string name, Tensor buffer) in named_buffers(include_nonpersistent: false))
                    destination.TryAdd(Prefixed(name), buffer);
                foreach ((string name, Module module) in _internal_submodules) module.state_dict(destination, Prefixed(name));
                return destination;

                string Prefixed(string key) => string.IsNullOrEmpty(prefix) ? key : $"{prefix}.{key}";
            }

            /// <summary>Copies the tensors into those of the same name.</summary>
            /// <exception cref="InvalidOperationException">Strict, and the names differ.</exception>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                Dictionary<string, Tensor> destination = state_dict();
                List<string> unexpected = [.. source.Keys.Where(key => !Skipped(key) && !destination.ContainsKey(key))];
                List<string> missing = [.. destination.Keys.Where(key => !Skipped(key) && !source.ContainsKey(key))];
                if (strict && (missing.Count > 0 || unexpected.Count > 0))
                    throw new InvalidOperationException("The loaded state_dict is not identical to the target dictionary.");
                using IDisposable untracked = no_grad();
                foreach ((string key, Tensor tensor) in source)
                {
                    if (!Skipped(key) && destination.TryGetValue(key, out Tensor? into)) into.copy_(tensor);
                }
                return (missing, unexpected);

                bool Skipped(string key) => skip?.Contains(key) == true;
            }

            public Module save(string location, IList<string>? skip = null) => throw OwnFormat();

            public virtual Module load(string location, bool strict = true, IList<string>? skip = null,
                Dictionary<string, bool>? loadedParameters = null) => throw OwnFormat();

            private static NotSupportedException OwnFormat() =>
                new("TorchSharp's own file format needs the package TorchSharp; its stand-in has none.");

            private (Module module, string rest)? Descend(string target)
            {
                int dot = target.IndexOf('.');
                if (dot < 0) return null;
                Module? child = named_children().FirstOrDefault(c => c.name == target[..dot]).module;
                return child is null ? null : (child, target[(dot + 1)..]);
            }
        }
    }
}
