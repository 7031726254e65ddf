//! The kinds of object storage that there are. A place and the user's variables go in, the client
//! for it comes out.

use std::fmt;
use std::sync::Arc;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::local::LocalFileSystem;
use object_store::{ClientOptions, ObjectStore, Result, RetryConfig};

use super::place::Place;

/// A kind of storage.
pub(super) struct Scheme {
    /// What a URL begins with.
    pub(super) name: &'static str,
    /// How people write it.
    pub(super) form: &'static str,
    /// What its variables begin with.
    pub(super) variables: &'static [&'static str],
    /// Whether its client reads a variable.
    pub(super) knows: fn(&str) -> bool,
    pub(super) open: fn(&Place, Manner) -> Result<Arc<dyn ObjectStore>>,
}

/// How to talk to a server.
pub(super) struct Manner {
    /// The user's variables, by the names that they have.
    pub(super) variables: Vec<(String, String)>,
    pub(super) retry: RetryConfig,
    pub(super) client: ClientOptions,
}

/// Where Azure's own machines are told who they are.
const MANAGED: &str = "IDENTITY_ENDPOINT";

/// Every kind.
pub(super) const SCHEMES: [Scheme; 4] = [
    Scheme {
        name: "s3",
        form: "s3://BUCKET/PREFIX",
        variables: &["AWS_"],
        knows: knows::<AmazonS3ConfigKey>,
        open: s3,
    },
    Scheme {
        name: "gs",
        form: "gs://BUCKET/PREFIX",
        variables: &["GOOGLE_"],
        knows: knows::<GoogleConfigKey>,
        open: google,
    },
    Scheme {
        name: "az",
        form: "az://CONTAINER/PREFIX",
        variables: &["AZURE_", MANAGED],
        knows: knows::<AzureConfigKey>,
        open: azure,
    },
    Scheme { name: "file", form: "file:///FOLDER", variables: &[], knows: |_| false, open: folder },
];

impl Scheme {
    /// Whether its places are folders of this machine.
    pub(super) fn is_folder(&self) -> bool {
        self.variables.is_empty()
    }
}

impl fmt::Debug for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Sets what the client knows of the variables, by their names in lower case.
fn configured<B, K: std::str::FromStr>(
    builder: B,
    variables: Vec<(String, String)>,
    set: impl Fn(B, K, String) -> B,
) -> B {
    variables.into_iter().fold(builder, |builder, (name, value)| match key(&name) {
        Some(key) => set(builder, key, value),
        None => builder,
    })
}

fn knows<K: std::str::FromStr>(name: &str) -> bool {
    key::<K>(name).is_some()
}

/// What the client calls a variable.
fn key<K: std::str::FromStr>(name: &str) -> Option<K> {
    let name = if name == MANAGED { "msi_endpoint" } else { name };
    name.to_ascii_lowercase().parse().ok()
}

fn s3(place: &Place, manner: Manner) -> Result<Arc<dyn ObjectStore>> {
    let builder = AmazonS3Builder::new().with_client_options(manner.client);
    let builder = configured(builder, manner.variables, AmazonS3Builder::with_config);
    let builder = builder.with_bucket_name(&place.bucket).with_retry(manner.retry);
    Ok(Arc::new(builder.build()?))
}

fn google(place: &Place, manner: Manner) -> Result<Arc<dyn ObjectStore>> {
    let builder = GoogleCloudStorageBuilder::new().with_client_options(manner.client);
    let builder = configured(builder, manner.variables, GoogleCloudStorageBuilder::with_config);
    let builder = builder.with_bucket_name(&place.bucket).with_retry(manner.retry);
    Ok(Arc::new(builder.build()?))
}

fn azure(place: &Place, manner: Manner) -> Result<Arc<dyn ObjectStore>> {
    let builder = MicrosoftAzureBuilder::new().with_client_options(manner.client);
    let builder = configured(builder, manner.variables, MicrosoftAzureBuilder::with_config);
    let builder = builder.with_container_name(&place.bucket).with_retry(manner.retry);
    Ok(Arc::new(builder.build()?))
}

fn folder(place: &Place, _: Manner) -> Result<Arc<dyn ObjectStore>> {
    Ok(Arc::new(LocalFileSystem::new_with_prefix(&place.folder)?))
}
