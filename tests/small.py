"""Small models to test with, by flat settings."""

from dataclasses import replace

from gan.specs import Label, ModelConfig, turned


def model_of(image_size=32, channels=3, latent_dim=7, feature_maps=4, classes=(), **settings) -> ModelConfig:
    """A model with these settings; `classes` are the values of one label that it is told."""
    flat = {"image_size": image_size, "channels": channels, "latent_dim": latent_dim}
    model = turned(ModelConfig(), flat | {"feature_maps": feature_maps} | settings)
    if not classes:
        return model
    return replace(model, given=replace(model.given, labels=(Label("kind", tuple(classes)),)))
