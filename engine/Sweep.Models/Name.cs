namespace Sweep.Models;

/// <summary>timm's names of a block's tensors, and ours for what timm does not have: constants, gates, kept input channels.</summary>
public static class Name
{
    /// <summary>DeiT's second token; in the position embedding it follows the class token and precedes the patches.</summary>
    public const string DistillationToken = "dist_token";

    public const string DistillationClassifierWeight = "head_dist.weight";

    public const string DistillationClassifierBias = "head_dist.bias";

    public static string QkvWeight(int block) => $"blocks.{block}.attn.qkv.weight";

    public static string QkvBias(int block) => $"blocks.{block}.attn.qkv.bias";

    public static string ProjWeight(int block) => $"blocks.{block}.attn.proj.weight";

    public static string ProjBias(int block) => $"blocks.{block}.attn.proj.bias";

    public static string Fc1Weight(int block) => $"blocks.{block}.mlp.fc1.weight";

    public static string Fc1Bias(int block) => $"blocks.{block}.mlp.fc1.bias";

    public static string Fc2Weight(int block) => $"blocks.{block}.mlp.fc2.weight";

    public static string Fc2Bias(int block) => $"blocks.{block}.mlp.fc2.bias";

    public static string AttentionConstant(int block) => $"blocks.{block}.attn.constant";

    public static string MlpConstant(int block) => $"blocks.{block}.mlp.constant";

    public static string AttentionInputGate(int block) => $"blocks.{block}.attn.gate_input";

    public static string AttentionResultGate(int block) => $"blocks.{block}.attn.gate_result";

    public static string MlpInputGate(int block) => $"blocks.{block}.mlp.gate_input";

    public static string MlpHiddenGate(int block) => $"blocks.{block}.mlp.gate_hidden";

    public static string AttentionInputIndex(int block) => $"blocks.{block}.attn.input_index";

    public static string ProjectionInputIndex(int block) => $"blocks.{block}.attn.proj_index";

    public static string MlpInputIndex(int block) => $"blocks.{block}.mlp.input_index";
}
