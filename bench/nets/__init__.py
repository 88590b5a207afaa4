"""Nets with equal weights for every contestant: pybrowserml, TensorFlow.js, ONNX, plain data."""
