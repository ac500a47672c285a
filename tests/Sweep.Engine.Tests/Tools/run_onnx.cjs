// Runs ONNX models: node run_onnx.cjs TOOLS < [{"model", "images", "dims", "output"}]; images and output are files of float32.
const fs = require('node:fs');
const path = require('node:path');
const ort = require(path.join(process.argv[2], 'node_modules', 'onnxruntime-node'));

(async () => {
  for (const { model, images, dims, output } of JSON.parse(fs.readFileSync(0, 'utf8'))) {
    const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1 });
    const bytes = fs.readFileSync(images);
    const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    const { logits } = await session.run({ images: new ort.Tensor('float32', values, dims) });
    fs.writeFileSync(output, Buffer.from(logits.data.buffer, logits.data.byteOffset, logits.data.byteLength));
  }
})();
