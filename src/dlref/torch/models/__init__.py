"""Networks: functions of an input and a dict of parameters under PyTorch's `state_dict` names."""

from dlref.blueprints import (
    cnn_shapes,
    mlp_shapes,
    recurrent_classifier_shapes,
    recurrent_language_model_shapes,
    recurrent_shapes,
    transformer_shapes,
)
from dlref.torch.models.adversarial import (
    gan_discriminator,
    gan_discriminator_loss,
    gan_generator,
    gan_generator_loss,
)
from dlref.torch.models.convolutional import cnn
from dlref.torch.models.encoder_decoder import transformer
from dlref.torch.models.modules import CNN, MLP
from dlref.torch.models.parameters import initial_params
from dlref.torch.models.perceptron import mlp
from dlref.torch.models.sequence_modules import RecurrentClassifier, RecurrentLanguageModel, Transformer
from dlref.torch.models.sequences import recurrent_classifier, recurrent_language_model

__all__ = [
    "CNN",
    "MLP",
    "RecurrentClassifier",
    "RecurrentLanguageModel",
    "Transformer",
    "cnn",
    "cnn_shapes",
    "gan_discriminator",
    "gan_discriminator_loss",
    "gan_generator",
    "gan_generator_loss",
    "initial_params",
    "mlp",
    "mlp_shapes",
    "recurrent_classifier",
    "recurrent_classifier_shapes",
    "recurrent_language_model",
    "recurrent_language_model_shapes",
    "recurrent_shapes",
    "transformer",
    "transformer_shapes",
]
