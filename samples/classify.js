// Classifies Fashion-MNIST's test images with a net that Sweep exported, in ONNX Runtime. Nothing of Sweep is needed.
//   npm install onnxruntime-node
//   node samples/classify.js FOLDER [FOLDER-OF-FASHION-MNIST]
const { readFileSync } = require("node:fs");
const { gunzipSync } = require("node:zlib");
const ort = require("onnxruntime-node");

const [folder, data = "/usr/share/datasets/fashion-mnist"] = process.argv.slice(2);
const { mean, deviation } = JSON.parse(readFileSync(`${folder}/proof.json`)).preprocessing;
const pixels = gunzipSync(readFileSync(`${data}/t10k-images-idx3-ubyte.gz`)).subarray(16); // 10,000 images of 28 x 28 bytes
const labels = gunzipSync(readFileSync(`${data}/t10k-labels-idx1-ubyte.gz`)).subarray(8);

async function main() {
  const net = await ort.InferenceSession.create(`${folder}/model.onnx`);
  const size = 28 * 28;
  let right = 0;
  for (let start = 0; start < labels.length; start += 500) {
    const images = Float32Array.from(pixels.subarray(start * size, (start + 500) * size), (pixel) => (pixel / 255 - mean[0]) / deviation[0]);
    const { logits } = await net.run({ images: new ort.Tensor("float32", images, [500, 1, 28, 28]) });
    for (let i = 0; i < 500; i++) {
      const row = logits.data.subarray(i * 10, (i + 1) * 10);
      right += row.indexOf(Math.max(...row)) === labels[start + i] ? 1 : 0;
    }
  }
  console.log(`${right} of ${labels.length} test images are classified rightly: ${((100 * right) / labels.length).toFixed(2)} %`);
}

main();
